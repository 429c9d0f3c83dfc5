namespace DaxProxy.Core.Errors;

/// <summary>Faults of a table's definition. Source: recorded answers of the service's control plane.</summary>
public static class TableDefinitionFaults
{
    /// <summary>Capacity given for a table billed per request.</summary>
    public static DynamoError ThroughputOfPayPerRequest { get; } =
        Invalid("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");

    /// <summary>No capacity given for a provisioned table.</summary>
    public static DynamoError NoThroughput { get; } =
        Invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");

    /// <summary>More key attributes than definitions.</summary>
    public static DynamoError KeyWithoutDefinition { get; } =
        DynamoError.Validation("Invalid KeySchema: Some index key attribute have no definition");

    /// <summary>An attribute that is defined twice.</summary>
    public static DynamoError RepeatedDefinition(string name) => DynamoError.Validation($"Attribute Name is duplicated: {name}");

    /// <summary>The first key element is no partition key.</summary>
    public static DynamoError FirstIsNotHash { get; } =
        DynamoError.Validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");

    /// <summary>The second key element is no sort key.</summary>
    public static DynamoError SecondIsNotRange { get; } =
        DynamoError.Validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");

    /// <summary>Partition key and sort key are one attribute.</summary>
    public static DynamoError HashIsRange { get; } =
        DynamoError.Validation("Both the Hash Key and the Range Key element in the KeySchema have the same name");

    /// <summary>An attribute twice in a key of many attributes.</summary>
    public static DynamoError RepeatedKey { get; } =
        DynamoError.Validation("The KeySchema contains multiple key attributes with the same name");

    /// <summary>A partition attribute behind a sort attribute.</summary>
    public static DynamoError HashAfterRange { get; } = Invalid(
        "All HASH key attributes must precede RANGE key attributes in the KeySchema");

    /// <summary>A table without indexes that defines more or fewer attributes than its key has.</summary>
    public static DynamoError DefinitionsDoNotMatch { get; } =
        Invalid("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions");

    /// <summary>A local index on a table without sort key.</summary>
    public static DynamoError LocalIndexWithoutRange { get; } =
        Invalid("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");

    /// <summary>A projection without type.</summary>
    public static DynamoError UnknownProjection { get; } = Invalid("Unknown ProjectionType: null");

    /// <summary>INCLUDE without attributes.</summary>
    public static DynamoError IncludeWithoutAttributes { get; } =
        Invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");

    /// <summary>Over five local indexes.</summary>
    public static DynamoError TooManyLocalIndexes { get; } = Invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5");

    /// <summary>Over twenty global indexes.</summary>
    public static DynamoError TooManyGlobalIndexes { get; } = Invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20");

    /// <summary>Capacity above 10¹² units.</summary>
    public static DynamoError OutOfBounds(long units, string member) =>
        DynamoError.Validation($"Given value {units} for {member} is out of bounds");

    /// <summary>Key attributes without a type.</summary>
    public static DynamoError UndefinedKeys(IEnumerable<string> keys, IEnumerable<string> definitions) => Invalid(
        "Some index key attributes are not defined in AttributeDefinitions. " +
        $"Keys: [{string.Join(", ", keys)}], AttributeDefinitions: [{string.Join(", ", definitions)}]");

    /// <summary>Types of attributes that no key uses.</summary>
    public static DynamoError UnusedDefinitions(IEnumerable<string> definitions, IEnumerable<string> keys) => Invalid(
        $"Some AttributeDefinitions are not used. AttributeDefinitions: [{string.Join(", ", definitions)}], "
        + $"keys used: [{string.Join(", ", keys)}]");

    /// <summary>More than four attributes of one kind in a key.</summary>
    public static DynamoError TooManyKeyAttributes(string kind) =>
        Invalid($"The KeySchema exceeds the maximum allowed number of {kind} key attributes");

    /// <summary>A list of indexes without any.</summary>
    public static DynamoError EmptyList(string member) => Invalid($"List of {member} is empty");

    /// <summary>A local index without sort key.</summary>
    public static DynamoError IndexWithoutRange(string indexName) =>
        Invalid("Index KeySchema does not have a range key for index: " + indexName);

    /// <summary>A local index with another partition key than its table.</summary>
    public static DynamoError OtherHashKey(string indexName, string indexHash, string tableHash) => Invalid(
        $"Index KeySchema does not have the same leading hash key as table KeySchema for index: {indexName}. " +
        $"index hash key: {indexHash}, table hash key: {tableHash}");

    /// <summary>Attributes given for a projection that takes none.</summary>
    public static DynamoError AttributesWithoutInclude(string projectionType) =>
        Invalid($"ProjectionType is {projectionType}, but NonKeyAttributes is specified");

    /// <summary>An attribute twice in a projection.</summary>
    public static DynamoError RepeatedNonKeyAttribute(string name) => Invalid("Duplicate element in NonKeyAttributes: " + name);

    /// <summary>Two indexes of one name.</summary>
    public static DynamoError RepeatedIndex(string indexName) => Invalid("Duplicate index name: " + indexName);

    /// <summary>No capacity given for a global index of a provisioned table.</summary>
    public static DynamoError NoIndexThroughput(string indexName) =>
        Invalid("ProvisionedThroughput is not specified for index: " + indexName);

    /// <summary>Capacity given for a global index of a table billed per request.</summary>
    public static DynamoError IndexThroughputOfPayPerRequest(string indexName) =>
        Invalid($"ProvisionedThroughput should not be specified for index: {indexName} when BillingMode is PAY_PER_REQUEST");

    private static DynamoError Invalid(string text) => DynamoError.Validation("One or more parameter values were invalid: " + text);
}
