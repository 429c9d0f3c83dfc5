using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Tables;

/// <summary>What requests need to know of a table: its identity, its key and its indexes.</summary>
/// <param name="TableName">Name of the table.</param>
/// <param name="TableId">Identity: another table of the same name has another one.</param>
/// <param name="KeySchema">The primary key.</param>
/// <param name="Indexes">The secondary indexes by name.</param>
public sealed record TableInfo(string TableName, string TableId, KeySchema KeySchema, IReadOnlyDictionary<string, IndexInfo> Indexes)
{
    private string? shape;

    /// <summary>Its primary key, as bytes are made of it.</summary>
    public KeyLayout Layout { get; } = KeyLayout.Of(KeySchema);

    /// <summary>A digest that is the same for two descriptions if they say the same, also in two processes.</summary>
    public string Shape => shape ??= Digest(string.Join('\n', Indexes.Values
        .OrderBy(index => index.IndexName, StringComparer.Ordinal)
        .Select(index => $"{index.IndexName} {index.IsGlobal} {Text(index.Hash)}|{Text(index.Range)} {index.Projection.ProjectionType} "
            + string.Join(' ', (index.Projection.NonKeyAttributes ?? []).Order(StringComparer.Ordinal)))
        .Prepend($"{TableName} {TableId} {Text(Layout.Hash)}|{Text(Layout.Range)}")));

    /// <summary>Whether another description says the same.</summary>
    public bool SaysTheSameAs(TableInfo other) => TableName == other.TableName
        && TableId == other.TableId
        && KeySchema.Names.SequenceEqual(other.KeySchema.Names)
        && (KeySchema.HashType, KeySchema.RangeType) == (other.KeySchema.HashType, other.KeySchema.RangeType)
        && Indexes.Count == other.Indexes.Count
        && Indexes.Values.All(index => other.Indexes.TryGetValue(index.IndexName, out IndexInfo? twin) && index.SaysTheSameAs(twin));

    /// <summary>Reads the needed facts out of a description.</summary>
    public static TableInfo Of(TableDescription table)
    {
        Dictionary<string, AttributeType> types = table.AttributeDefinitions.ToDictionary(
            definition => definition.AttributeName,
            definition => Enum.Parse<AttributeType>(definition.AttributeType),
            StringComparer.Ordinal);
        List<KeyAttribute> key =
        [
            .. table.KeySchema.Select(element => new KeyAttribute(element.AttributeName, types[element.AttributeName])),
        ];
        KeySchema schema = key is [KeyAttribute hash, KeyAttribute range]
            ? new KeySchema(hash.Name, hash.Type, range.Name, range.Type)
            : new KeySchema(key[0].Name, key[0].Type);
        IEnumerable<IndexInfo> indexes = table.LocalSecondaryIndexes.Select(index => IndexInfo.Of(index.Definition, false, types))
            .Concat(table.GlobalSecondaryIndexes.Select(index => IndexInfo.Of(index.Definition, true, types)));
        return new TableInfo(
            table.TableName, table.TableId, schema, indexes.ToDictionary(index => index.IndexName, StringComparer.Ordinal));
    }

    private static string Digest(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private static string Text(IReadOnlyList<KeyAttribute> keys) => string.Join(' ', keys.Select(key => $"{key.Name}:{key.Type}"));
}
