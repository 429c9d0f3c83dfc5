using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Tables;

/// <summary>What a table's definition becomes when a global or vector index is added or taken away.</summary>
internal static class NewIndexRules
{
    /// <summary>Checks a new index and gives the attribute definitions of the table with it.</summary>
    public static DynamoError? TryDefine(
        TableDescription table, IReadOnlyList<AttributeDefinition> sent, IndexDefinition index,
        out IReadOnlyList<AttributeDefinition> definitions)
    {
        Dictionary<string, string> types = TypesOf(table.AttributeDefinitions), sentTypes = TypesOf(sent);
        definitions = Merge(table, sent, index.KeySchema.Select(key => key.AttributeName));
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
        definitions = Merge(table, sent, (index.SearchSchema ?? []).Select(element => element.AttributeName));
        if (table.BillingMode != "PAY_PER_REQUEST")
        {
            return VectorFaults.NeedsPayPerRequest;
        }

        return table.VectorIndexes.Count >= VectorIndexRules.MaxIndexes
            ? VectorFaults.OneIndexTooMany
            : VectorIndexRules.Check(index, sent, table.VectorIndexes.Select(other => other.Definition))
                ?? CheckAttributes(table, index, types, sentTypes);
    }

    /// <summary>Drops the definitions of attributes that no key and no search schema uses any more.</summary>
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

    /// <summary>
    /// What the table has defined stays. The request must define what the new index uses, and of the rest nothing is taken.
    /// </summary>
    private static List<AttributeDefinition> Merge(
        TableDescription table, IReadOnlyList<AttributeDefinition> sent, IEnumerable<string> used)
    {
        HashSet<string> added = [.. used.Except(table.AttributeDefinitions.Select(definition => definition.AttributeName))];
        return
        [
            .. table.AttributeDefinitions.Concat(sent.Where(definition => added.Contains(definition.AttributeName)))
                .OrderBy(definition => definition.AttributeName, StringComparer.Ordinal),
        ];
    }

    /// <summary>An attribute that the table uses keeps its type, which a vector cannot be.</summary>
    private static DynamoError? CheckAttributes(
        TableDescription table, VectorIndexDefinition index, Dictionary<string, string> types, Dictionary<string, string> sent)
    {
        if (types.TryGetValue(index.VectorAttribute, out string? type))
        {
            string? role = table.KeySchema
                .Concat(table.LocalSecondaryIndexes.Concat(table.GlobalSecondaryIndexes).SelectMany(other => other.Definition.KeySchema))
                .FirstOrDefault(key => key.AttributeName == index.VectorAttribute)?.KeyType;
            return TableUpdateFaults.RedefinedAsVector((index.VectorAttribute, type, role), index.Dimensions);
        }

        SearchSchemaElement? redefined = (index.SearchSchema ?? []).FirstOrDefault(element =>
            types.TryGetValue(element.AttributeName, out string? existing) && existing != sent[element.AttributeName]);
        return redefined is null
            ? null
            : TableUpdateFaults.Redefined(Roleless(redefined.AttributeName, types), Roleless(redefined.AttributeName, sent));
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
            ? TableUpdateFaults.Redefined(Roleless(redefined.AttributeName, types), Roleless(redefined.AttributeName, sent))
            : TableUpdateFaults.Redefined(Typed(existing, types), Typed(index.KeySchema, sent));
    }

    private static IEnumerable<(string Name, string Type, string? Role)> Typed(
        IEnumerable<KeySchemaElement> schema, Dictionary<string, string> types) =>
        schema.Select(key => (key.AttributeName, types[key.AttributeName], (string?)key.KeyType));

    /// <summary>An attribute that only a search schema uses.</summary>
    private static (string Name, string Type, string? Role)[] Roleless(string name, Dictionary<string, string> types) =>
        [(name, types[name], null)];

    private static DynamoError? CheckThroughput(TableDescription table, IndexDefinition index)
    {
        if (table.BillingMode == "PAY_PER_REQUEST")
        {
            return index.ProvisionedThroughput is null ? null : TableUpdateFaults.IndexForbidsThroughput(index.IndexName);
        }

        return index.ProvisionedThroughput is null ? TableUpdateFaults.IndexNeedsThroughput(index.IndexName) : null;
    }
}
