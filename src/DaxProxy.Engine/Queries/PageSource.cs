using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Queries;

/// <summary>What a Query or Scan reads: a table, or one of its indexes.</summary>
/// <param name="table">The table.</param>
/// <param name="index">The index; null for the table itself.</param>
internal sealed class PageSource(EngineTable table, EngineIndex? index)
{
    public EngineTable Table { get; } = table;

    public EngineIndex? Index { get; } = index;

    public bool IsGlobalIndex => Index is { Info.IsGlobal: true };

    /// <summary>Which replica a read may be answered from.</summary>
    public ReplicaKind ReplicaFor(PageOperation request) =>
        IsGlobalIndex ? ReplicaKind.OfGlobalIndex : request.ConsistentRead ? ReplicaKind.Leader : ReplicaKind.OfTable;

    /// <summary>The key of what is read.</summary>
    public KeyLayout Layout { get; } = index?.Info.Layout ?? KeyLayout.Of(table.KeySchema);

    /// <summary>The partition key of what is read.</summary>
    public IReadOnlyList<KeyAttribute> Hash => Layout.Hash;

    /// <summary>The sort key of what is read; empty when there is none.</summary>
    public IReadOnlyList<KeyAttribute> Range => Layout.Range;

    /// <summary>Names that a position has: the keys of what is read, then those of the table.</summary>
    public IReadOnlyList<string> PositionNames =>
        [.. Hash.Concat(Range).Select(key => key.Name).Concat(Table.KeySchema.Names).Distinct(StringComparer.Ordinal)];

    /// <summary>The type of an attribute of a position.</summary>
    public AttributeType TypeOf(string positionName) =>
        Hash.Concat(Range).FirstOrDefault(key => key.Name == positionName)?.Type
        ?? (positionName == Table.KeySchema.HashName ? Table.KeySchema.HashType : Table.KeySchema.RangeType);

    /// <summary>Whether what is read holds an attribute; entries of an index may not.</summary>
    public bool Holds(string name) => Index is null || Index.Info.Holds(Table.KeySchema, name);

    /// <summary>The encoded key, in what is read, of a position or item.</summary>
    public byte[] KeyOf(AttributeMap position) => Index is null
        ? ItemKey.Of(Table.KeySchema, position).Bytes.ToArray()
        : Layout.KeyOf(position);
}
