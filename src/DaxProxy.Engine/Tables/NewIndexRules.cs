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
        return TableDefinitionRules.CheckKeySchema(index.KeySchema, sentTypes, isTable: false, isGlobal: true)
            ?? CheckTypes(table, index, types, sentTypes)
            ?? TableDefinitionRules.CheckProjection(index.Projection)
            ?? CheckThroughput(table, index);
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

        IReadOnlyList<KeySchemaElement> existing = table.LocalSecondaryIndexes.Concat(table.GlobalSecondaryIndexes)
            .Select(other => other.Definition.KeySchema)
            .Prepend(table.KeySchema)
            .First(schema => schema.Any(key => key.AttributeName == redefined.AttributeName));
        return TableUpdateFaults.Redefined(Print(existing, types), Print(index.KeySchema, sent));
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
