using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>
/// The static rules of a table's definition, in the service's order: billing, the table's own key, local indexes, global indexes, counts.
/// </summary>
public static class TableDefinitionRules
{
    private const int MaxLocalIndexes = 5;
    private const int MaxGlobalIndexes = 20;
    private const int MaxKeyAttributesOfAKind = 4;
    private const long MaxCapacityUnits = 1_000_000_000_000;

    /// <summary>Checks a new table.</summary>
    public static DynamoError? Check(CreateTable table)
    {
        Dictionary<string, string> definitions = new(StringComparer.Ordinal);
        foreach (AttributeDefinition definition in table.AttributeDefinitions)
        {
            definitions[definition.AttributeName] = definition.AttributeType;
        }

        return CheckThroughput(table)
            ?? CheckDefinitions(table.AttributeDefinitions)
            ?? CheckKeySchema(table.KeySchema, definitions, isTable: true)
            ?? CheckUnindexed(table, definitions)
            ?? CheckLocalIndexes(table, definitions)
            ?? CheckGlobalIndexes(table, definitions)
            ?? VectorIndexRules.Check(table)
            ?? CheckNames(table)
            ?? CheckCounts(table)
            ?? CheckUse(table, definitions)
            ?? CheckEncryption(table.Encryption)
            ?? CheckStream(table.StreamSpecification)
            ?? TagRules.Check(table.Tags);
    }

    /// <summary>Definitions of attributes: none twice, not even alike.</summary>
    public static DynamoError? CheckDefinitions(IReadOnlyList<AttributeDefinition> definitions)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        AttributeDefinition? repeated = definitions.FirstOrDefault(definition => !seen.Add(definition.AttributeName));
        return repeated is null ? null : TableDefinitionFaults.RepeatedDefinition(repeated.AttributeName);
    }

    private static DynamoError? CheckStream(StreamSpecification? stream) => stream switch
    {
        { StreamEnabled: true, StreamViewType: null } => StreamFaults.NoViewType,
        { StreamEnabled: false, StreamViewType: not null } => StreamFaults.ViewTypeOfNoStream,
        _ => null,
    };

    /// <summary>Encryption as CreateTable and UpdateTable ask for it.</summary>
    public static DynamoError? CheckEncryption(EncryptionRequest? encryption) => encryption switch
    {
        null => null,
        { Enabled: not true, SseType: not null } => TableUpdateFaults.SseTypeWithoutSse,
        { Enabled: not true, KmsMasterKeyId: not null } => TableUpdateFaults.KeyWithoutSse,
        { SseType: "AES256" } => TableUpdateFaults.Aes256,
        { SseType: null, KmsMasterKeyId: not null } => TableUpdateFaults.KeyNeedsKms,
        _ => null,
    };

    private static DynamoError? CheckThroughput(CreateTable table)
    {
        if (table.BillingMode == "PAY_PER_REQUEST")
        {
            return table.ProvisionedThroughput is null ? null : TableDefinitionFaults.ThroughputOfPayPerRequest;
        }

        return table.ProvisionedThroughput is null
            ? TableDefinitionFaults.NoThroughput
            : CheckBounds(table.ProvisionedThroughput);
    }

    /// <summary>Capacity within the service's bounds.</summary>
    public static DynamoError? CheckBounds(ProvisionedThroughput throughput)
    {
        if (throughput.ReadCapacityUnits > MaxCapacityUnits)
        {
            return TableDefinitionFaults.OutOfBounds(throughput.ReadCapacityUnits, nameof(throughput.ReadCapacityUnits));
        }

        return throughput.WriteCapacityUnits > MaxCapacityUnits
            ? TableDefinitionFaults.OutOfBounds(throughput.WriteCapacityUnits, nameof(throughput.WriteCapacityUnits))
            : null;
    }

    /// <summary>A key: defined attributes, partition before sort, nothing twice.</summary>
    public static DynamoError? CheckKeySchema(
        IReadOnlyList<KeySchemaElement> schema, Dictionary<string, string> definitions, bool isTable, bool isGlobal = false)
    {
        // An attribute that is a key twice counts twice. Source: answers that dynalite's tests and a public conformance suite recorded.
        if (isTable && definitions.Count < schema.Count)
        {
            return TableDefinitionFaults.KeyWithoutDefinition;
        }

        List<string> undefined = [.. schema.Select(e => e.AttributeName).Where(name => !definitions.ContainsKey(name))];
        if (undefined.Count > 0)
        {
            return TableDefinitionFaults.UndefinedKeys(schema.Select(e => e.AttributeName), definitions.Keys);
        }

        if (!schema[0].IsHash)
        {
            return TableDefinitionFaults.FirstIsNotHash;
        }

        bool hasMany = schema.Count > 2 || (schema.Count == 2 && schema[1].IsHash);
        return isGlobal && hasMany ? CheckManyAttributes(schema) : CheckPair(schema);
    }

    private static DynamoError? CheckPair(IReadOnlyList<KeySchemaElement> schema)
    {
        if (schema.Count < 2)
        {
            return null;
        }

        if (schema[0].AttributeName == schema[1].AttributeName)
        {
            return TableDefinitionFaults.HashIsRange;
        }

        return schema[1].IsHash ? TableDefinitionFaults.SecondIsNotRange : null;
    }

    private static DynamoError? CheckManyAttributes(IReadOnlyList<KeySchemaElement> schema)
    {
        int hash = schema.Count(element => element.IsHash);
        if (schema.Select(element => element.AttributeName).Distinct(StringComparer.Ordinal).Count() < schema.Count)
        {
            return TableDefinitionFaults.RepeatedKey;
        }

        if (schema.Skip(hash).Any(element => element.IsHash))
        {
            return TableDefinitionFaults.HashAfterRange;
        }

        if (hash > MaxKeyAttributesOfAKind)
        {
            return TableDefinitionFaults.TooManyKeyAttributes("HASH");
        }

        return schema.Count - hash > MaxKeyAttributesOfAKind ? TableDefinitionFaults.TooManyKeyAttributes("RANGE") : null;
    }

    private static DynamoError? CheckUnindexed(CreateTable table, Dictionary<string, string> definitions) =>
        table.LocalSecondaryIndexes is null && table.GlobalSecondaryIndexes is null && table.VectorIndexes is null
            && definitions.Count != table.KeySchema.Count
            ? TableDefinitionFaults.DefinitionsDoNotMatch
            : null;

    private static DynamoError? CheckLocalIndexes(CreateTable table, Dictionary<string, string> definitions)
    {
        if (table.LocalSecondaryIndexes is not { } indexes)
        {
            return null;
        }

        if (indexes.Count == 0)
        {
            return TableDefinitionFaults.EmptyList("LocalSecondaryIndexes");
        }

        if (table.KeySchema.Count < 2)
        {
            return TableDefinitionFaults.LocalIndexWithoutRange;
        }

        foreach (IndexDefinition index in indexes)
        {
            DynamoError? error = CheckKeySchema(index.KeySchema, definitions, isTable: false)
                ?? CheckLocalKey(table, index)
                ?? CheckProjection(index.Projection);
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static DynamoError? CheckLocalKey(CreateTable table, IndexDefinition index)
    {
        if (index.KeySchema.Count < 2)
        {
            return TableDefinitionFaults.IndexWithoutRange(index.IndexName);
        }

        string hash = index.KeySchema[0].AttributeName, tableHash = table.KeySchema[0].AttributeName;
        return hash == tableHash ? null : TableDefinitionFaults.OtherHashKey(index.IndexName, hash, tableHash);
    }

    private static DynamoError? CheckGlobalIndexes(CreateTable table, Dictionary<string, string> definitions)
    {
        if (table.GlobalSecondaryIndexes is not { } indexes)
        {
            return null;
        }

        if (indexes.Count == 0)
        {
            return TableDefinitionFaults.EmptyList("GlobalSecondaryIndexes");
        }

        foreach (IndexDefinition index in indexes)
        {
            DynamoError? error = CheckKeySchema(index.KeySchema, definitions, isTable: false, isGlobal: true)
                ?? CheckProjection(index.Projection)
                ?? CheckIndexThroughput(table, index);
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static DynamoError? CheckIndexThroughput(CreateTable table, IndexDefinition index)
    {
        if (table.BillingMode == "PAY_PER_REQUEST")
        {
            return index.ProvisionedThroughput is null ? null : TableDefinitionFaults.IndexThroughputOfPayPerRequest(index.IndexName);
        }

        return index.ProvisionedThroughput is null
            ? TableDefinitionFaults.NoIndexThroughput(index.IndexName)
            : CheckBounds(index.ProvisionedThroughput);
    }

    /// <summary>A projection: its type, and attributes exactly where the type takes them.</summary>
    public static DynamoError? CheckProjection(Projection projection)
    {
        switch (projection.ProjectionType)
        {
            case null:
                return TableDefinitionFaults.UnknownProjection;
            case "INCLUDE" when projection.NonKeyAttributes is null:
                return TableDefinitionFaults.IncludeWithoutAttributes;
            case not "INCLUDE" when projection.NonKeyAttributes is not null:
                return TableDefinitionFaults.AttributesWithoutInclude(projection.ProjectionType);
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        string? repeated = projection.NonKeyAttributes?.FirstOrDefault(name => !seen.Add(name));
        return repeated is null ? null : TableDefinitionFaults.RepeatedNonKeyAttribute(repeated);
    }

    private static IEnumerable<IndexDefinition> AllIndexes(CreateTable table) =>
        (table.LocalSecondaryIndexes ?? []).Concat(table.GlobalSecondaryIndexes ?? []);

    private static DynamoError? CheckNames(CreateTable table)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        string? repeated = AllIndexes(table).Select(index => index.IndexName)
            .Concat((table.VectorIndexes ?? []).Select(index => index.IndexName)).FirstOrDefault(name => !seen.Add(name));
        return repeated is null ? null : TableDefinitionFaults.RepeatedIndex(repeated);
    }

    private static DynamoError? CheckCounts(CreateTable table)
    {
        if (table.LocalSecondaryIndexes?.Count > MaxLocalIndexes)
        {
            return TableDefinitionFaults.TooManyLocalIndexes;
        }

        return table.GlobalSecondaryIndexes?.Count > MaxGlobalIndexes ? TableDefinitionFaults.TooManyGlobalIndexes : null;
    }

    private static DynamoError? CheckUse(CreateTable table, Dictionary<string, string> definitions)
    {
        List<string> used = [.. table.KeySchema.Concat(AllIndexes(table).SelectMany(index => index.KeySchema))
            .Select(element => element.AttributeName)
            .Concat((table.VectorIndexes ?? []).SelectMany(index => index.SearchSchema ?? []).Select(element => element.AttributeName))
            .Distinct(StringComparer.Ordinal)];
        return used.Count < definitions.Count ? TableDefinitionFaults.UnusedDefinitions(definitions.Keys, used) : null;
    }
}
