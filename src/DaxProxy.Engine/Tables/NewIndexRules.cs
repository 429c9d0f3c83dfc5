using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Tables;

/// <summary>What a table's definition becomes when a global index is added or taken away.</summary>
internal static class NewIndexRules
{
    /// <summary>Checks a new index and gives the attribute definitions of the table with it.</summary>
    public static DynamoError? TryDefine(
        TableDescription table, IReadOnlyList<AttributeDefinition> sent, IndexDefinition index,
        out IReadOnlyList<AttributeDefinition> definitions)
    {
        // What the table has defined stays. The request must define what the new index uses, and of the rest nothing is taken.
        Dictionary<string, string> types = TypesOf(table.AttributeDefinitions), sentTypes = TypesOf(sent);
        List<KeySchemaElement> added = [.. index.KeySchema.Where(key => !types.ContainsKey(key.AttributeName)
            && sentTypes.ContainsKey(key.AttributeName)).DistinctBy(key => key.AttributeName, StringComparer.Ordinal)];
        definitions =
        [
            .. table.AttributeDefinitions
                .Concat(added.Select(key => new AttributeDefinition(key.AttributeName, sentTypes[key.AttributeName])))
                .OrderBy(definition => definition.AttributeName, StringComparer.Ordinal),
        ];
        string? vector = table.VectorIndexes.Select(other => other.Definition.VectorAttribute).FirstOrDefault(sentTypes.ContainsKey);
        return TableDefinitionRules.CheckKeySchema(index.KeySchema, sentTypes, isTable: false, isGlobal: true)
            ?? (vector is null ? null : VectorFaults.DefinedVectorAttribute(vector))
            ?? CheckTypes(table, index, types, sentTypes)
            ?? TableDefinitionRules.CheckProjection(index.Projection)
            ?? CheckThroughput(table, index);
    }

    /// <summary>Checks a new vector index and gives the attribute definitions of the table with it.</summary>
    public static DynamoError? TryDefine(
        TableDescription table, IReadOnlyList<AttributeDefinition> sent, VectorIndexDefinition index,
        out IReadOnlyList<AttributeDefinition> definitions)
    {
        Dictionary<string, string> types = TypesOf(table.AttributeDefinitions), sentTypes = TypesOf(sent);
        definitions =
        [
            .. table.AttributeDefinitions
                .Concat((index.SearchSchema ?? []).Where(element =>
                        !types.ContainsKey(element.AttributeName) && sentTypes.ContainsKey(element.AttributeName))
                    .Select(element => new AttributeDefinition(element.AttributeName, sentTypes[element.AttributeName])))
                .OrderBy(definition => definition.AttributeName, StringComparer.Ordinal),
        ];
        if (table.BillingMode != "PAY_PER_REQUEST")
        {
            return VectorFaults.NeedsPayPerRequest;
        }

        return table.VectorIndexes.Count >= VectorIndexRules.MaxIndexes
            ? VectorFaults.OneIndexTooMany
            : VectorIndexRules.Check(index, sent, table.VectorIndexes.Select(other => other.Definition))
                ?? CheckAttributes(table, index, types, sentTypes);
    }

    /// <summary>An attribute that the table uses keeps its type, which a vector cannot be.</summary>
    private static DynamoError? CheckAttributes(
        TableDescription table, VectorIndexDefinition index, Dictionary<string, string> types, Dictionary<string, string> sent)
    {
        if (types.TryGetValue(index.VectorAttribute, out string? type))
        {
            string role = table.KeySchema
                .Concat(table.LocalSecondaryIndexes.Concat(table.GlobalSecondaryIndexes).SelectMany(other => other.Definition.KeySchema))
                .FirstOrDefault(key => key.AttributeName == index.VectorAttribute)?.KeyType ?? "HASH";
            return VectorFaults.RedefinesKey($"key{{{index.VectorAttribute}:{type}:{role}}}", index.VectorAttribute, index.Dimensions);
        }

        SearchSchemaElement? redefined = (index.SearchSchema ?? []).FirstOrDefault(element =>
            types.TryGetValue(element.AttributeName, out string? existing) && existing != sent[element.AttributeName]);
        return redefined is null
            ? null
            : VectorFaults.RedefinesAttribute(redefined.AttributeName, types[redefined.AttributeName], sent[redefined.AttributeName]);
    }

    private static Dictionary<string, string> TypesOf(IEnumerable<AttributeDefinition> definitions) =>
        definitions.ToDictionary(definition => definition.AttributeName, definition => definition.AttributeType, StringComparer.Ordinal);

    /// <summary>An attribute that is a key already keeps its type.</summary>
    private static DynamoError? CheckTypes(
        TableDescription table, IndexDefinition index, Dictionary<string, string> types, Dictionary<string, string> sent)
    {
        KeySchemaElement? redefined = index.KeySchema.FirstOrDefault(
            key => types.TryGetValue(key.AttributeName, out string? type) && type != sent[key.AttributeName]);
        if (redefined is null)
        {
            return null;
        }

        IReadOnlyList<KeySchemaElement>? existing = table.LocalSecondaryIndexes.Concat(table.GlobalSecondaryIndexes)
            .Select(other => other.Definition.KeySchema)
            .Prepend(table.KeySchema)
            .FirstOrDefault(schema => schema.Any(key => key.AttributeName == redefined.AttributeName));
        return existing is null
            ? VectorFaults.RedefinesAttribute(redefined.AttributeName, types[redefined.AttributeName], sent[redefined.AttributeName])
            : TableUpdateFaults.Redefined(Print(existing, types), Print(index.KeySchema, sent));
    }

    private static IEnumerable<string> Print(IEnumerable<KeySchemaElement> schema, Dictionary<string, string> types) =>
        schema.Select(key => $"key{{{key.AttributeName}:{types[key.AttributeName]}:{key.KeyType}}}");

    /// <summary>Drops the definitions of attributes that no key uses any more.</summary>
    public static TableDescription WithoutOrphans(TableDescription table)
    {
        HashSet<string> used =
        [
            .. table.KeySchema.Concat(table.LocalSecondaryIndexes.Concat(table.GlobalSecondaryIndexes)
                .SelectMany(index => index.Definition.KeySchema)).Select(element => element.AttributeName),
            .. table.VectorIndexes.SelectMany(index => index.Definition.SearchSchema ?? []).Select(element => element.AttributeName),
        ];
        return table with
        {
            AttributeDefinitions = [.. table.AttributeDefinitions.Where(definition => used.Contains(definition.AttributeName))],
        };
    }

    private static DynamoError? CheckThroughput(TableDescription table, IndexDefinition index)
    {
        if (table.BillingMode == "PAY_PER_REQUEST")
        {
            return index.ProvisionedThroughput is null ? null : TableUpdateFaults.IndexForbidsThroughput(index.IndexName);
        }

        return index.ProvisionedThroughput is null ? TableUpdateFaults.IndexNeedsThroughput(index.IndexName) : null;
    }
}
