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
        // What the table has defined stays; of the others only what the new index uses is taken.
        Dictionary<string, string> merged = new(StringComparer.Ordinal);
        foreach (AttributeDefinition definition in table.AttributeDefinitions.Concat(sent))
        {
            merged.TryAdd(definition.AttributeName, definition.AttributeType);
        }

        HashSet<string> used =
        [
            .. table.AttributeDefinitions.Select(definition => definition.AttributeName),
            .. index.KeySchema.Select(element => element.AttributeName),
        ];
        definitions =
        [
            .. merged.Where(definition => used.Contains(definition.Key)).OrderBy(definition => definition.Key, StringComparer.Ordinal)
                .Select(definition => new AttributeDefinition(definition.Key, definition.Value)),
        ];
        return TableDefinitionRules.CheckKeySchema(index.KeySchema, merged, isTable: false, isGlobal: true)
            ?? TableDefinitionRules.CheckProjection(index.Projection)
            ?? CheckThroughput(table, index);
    }

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
