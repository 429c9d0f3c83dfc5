using DaxProxy.Core.Items;

namespace DaxProxy.Core.Tables;

/// <summary>What requests need to know of a secondary index.</summary>
/// <param name="IndexName">Name of the index.</param>
/// <param name="IsGlobal">Whether it is a global one.</param>
/// <param name="Hash">Its partition key: one attribute, up to four for a global index.</param>
/// <param name="Range">Its sort key: one attribute for a local index, none to four for a global one.</param>
/// <param name="Projection">What it holds beside the keys.</param>
public sealed record IndexInfo(
    string IndexName, bool IsGlobal, IReadOnlyList<KeyAttribute> Hash, IReadOnlyList<KeyAttribute> Range, Projection Projection)
{
    /// <summary>Its key.</summary>
    public KeyLayout Layout { get; } = new(Hash, Range);

    /// <summary>Partition attributes, then sort attributes.</summary>
    public IEnumerable<KeyAttribute> Keys => Layout.Attributes;

    /// <summary>Whether it holds every attribute of the items in it.</summary>
    public bool ProjectsAll => Projection.ProjectionType == "ALL";

    /// <summary>Whether its entries hold an attribute.</summary>
    /// <param name="tableKey">Key of the table, which every entry holds.</param>
    /// <param name="name">Name of the attribute.</param>
    public bool Holds(KeySchema tableKey, string name) =>
        Projection.Includes(name) || tableKey.Contains(name) || Keys.Any(key => key.Name == name);

    /// <summary>What its entry for an item holds.</summary>
    public AttributeMap Project(KeySchema tableKey, AttributeMap item)
    {
        if (ProjectsAll)
        {
            return item;
        }

        AttributeMap projected = [];
        foreach ((string name, AttributeValue value) in item)
        {
            if (Holds(tableKey, name))
            {
                projected.Add(name, value);
            }
        }

        return projected;
    }

    /// <summary>Whether another definition of an index of this name says the same.</summary>
    public bool SaysTheSameAs(IndexInfo other) => IsGlobal == other.IsGlobal
        && Hash.SequenceEqual(other.Hash)
        && Range.SequenceEqual(other.Range)
        && Projection.ProjectionType == other.Projection.ProjectionType
        && (Projection.NonKeyAttributes ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(other.Projection.NonKeyAttributes ?? []);

    /// <summary>Reads the needed facts out of a definition.</summary>
    /// <param name="definition">The definition, already checked.</param>
    /// <param name="isGlobal">Whether it is a global one.</param>
    /// <param name="types">Types of the table's key attributes.</param>
    public static IndexInfo Of(IndexDefinition definition, bool isGlobal, IReadOnlyDictionary<string, AttributeType> types)
    {
        KeyAttribute Attribute(KeySchemaElement element) => new(element.AttributeName, types[element.AttributeName]);
        return new IndexInfo(
            definition.IndexName,
            isGlobal,
            [.. definition.KeySchema.Where(element => element.IsHash).Select(Attribute)],
            [.. definition.KeySchema.Where(element => !element.IsHash).Select(Attribute)],
            definition.Projection);
    }
}
