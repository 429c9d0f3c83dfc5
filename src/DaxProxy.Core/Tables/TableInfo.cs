using DaxProxy.Core.Items;

namespace DaxProxy.Core.Tables;

/// <summary>What requests need to know of a table: its identity, its key and its indexes.</summary>
/// <param name="TableName">Name of the table.</param>
/// <param name="TableId">Identity: another table of the same name has another one.</param>
/// <param name="KeySchema">The primary key.</param>
/// <param name="Indexes">The secondary indexes by name.</param>
public sealed record TableInfo(string TableName, string TableId, KeySchema KeySchema, IReadOnlyDictionary<string, IndexInfo> Indexes)
{
    /// <summary>Its primary key, as bytes are made of it.</summary>
    public KeyLayout Layout { get; } = KeyLayout.Of(KeySchema);

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
}
