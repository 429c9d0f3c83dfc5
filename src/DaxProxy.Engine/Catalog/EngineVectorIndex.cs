using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Catalog;

/// <summary>A vector index of a table of the engine.</summary>
internal sealed class EngineVectorIndex : StoredIndex
{
    /// <param name="id">Its row in <c>indexes</c>.</param>
    /// <param name="index">Its description.</param>
    /// <param name="types">Types of the attributes that the table defines.</param>
    /// <param name="totals">Its totals, where the index is not new.</param>
    public EngineVectorIndex(
        long id, VectorIndexDescription index, IReadOnlyDictionary<string, AttributeType> types, Totals? totals = null)
        : base(id, index.Definition.IndexName, index.IndexStatus != "CREATING", totals)
    {
        Definition = index.Definition;
        IReadOnlyList<SearchSchemaElement> schema = Definition.SearchSchema ?? [];
        Schema = [.. schema.Select(element => new KeyAttribute(element.AttributeName, types[element.AttributeName]))];
        Hash = schema.FirstOrDefault(element => element.IsHash) is { } hash
            ? new KeyAttribute(hash.AttributeName, types[hash.AttributeName])
            : null;
    }

    public VectorIndexDefinition Definition { get; }

    /// <summary>How many numbers each vector has.</summary>
    public int Dimensions => (int)Definition.Dimensions;

    /// <summary>The attributes that searches may name, the partition key among them.</summary>
    public IReadOnlyList<KeyAttribute> Schema { get; }

    /// <summary>The partition key; null for an index that is one partition.</summary>
    public KeyAttribute? Hash { get; }

    /// <summary>Whether searches may return the vectors.</summary>
    public bool ProjectsVector => Definition.Projection.Includes(Definition.VectorAttribute);

    /// <summary>Whether its entries hold an attribute. The vector is kept beside them.</summary>
    public bool Holds(KeySchema tableKey, string name) => name != Definition.VectorAttribute
        && (Definition.Projection.Includes(name) || tableKey.Contains(name) || Schema.Any(element => element.Name == name));
}
