namespace DaxProxy.Core.Errors;

/// <summary>Faults that depend on a table: its existence, its state, its schema. Source: recorded answers of the service.</summary>
public static class TableFaults
{
    private const string InvalidParameters = "One or more parameter values were invalid: ";

    /// <summary>The data plane's answer for a table that is not there (or not yet).</summary>
    public static DynamoError NotFound { get; } = DynamoError.Modelled("ResourceNotFoundException", "Requested resource not found");

    /// <summary>A request of the control plane that names no table.</summary>
    public static DynamoError NoTableName { get; } =
        DynamoError.Validation("The parameter 'TableName' is required but was not present in the request");

    /// <summary>A key with missing, additional or wrongly typed attributes.</summary>
    public static DynamoError KeyDoesNotMatch { get; } = DynamoError.Validation("The provided key element does not match the schema");

    /// <summary>A partition key value over 2048 bytes (the missing blank is the service's).</summary>
    public static DynamoError HashKeyTooLong { get; } =
        DynamoError.Validation(InvalidParameters + "Size of hashkey has exceeded the maximum size limit of2048 bytes");

    /// <summary>A sort key value over 1024 bytes.</summary>
    public static DynamoError RangeKeyTooLong { get; } =
        DynamoError.Validation(InvalidParameters + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");

    /// <summary>A condition that did not hold.</summary>
    public static DynamoError ConditionFailed { get; } =
        DynamoError.Modelled("ConditionalCheckFailedException", "The conditional request failed");

    /// <summary>A consistent read of a global index.</summary>
    public static DynamoError ConsistentReadOfGlobalIndex { get; } =
        DynamoError.Validation("Consistent reads are not supported on global secondary indexes");

    /// <summary>A table that refuses to be deleted.</summary>
    public static DynamoError ProtectedFromDeletion { get; } = DynamoError.Validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");

    /// <summary>The control plane's answer for a table that is not there.</summary>
    public static DynamoError TableNotFound(string tableName) =>
        DynamoError.Modelled("ResourceNotFoundException", $"Requested resource not found: Table: {tableName} not found");

    /// <summary>A name that is too short or too long, where the control plane says so itself.</summary>
    public static DynamoError NameLength(string member) =>
        DynamoError.Validation($"{member} must be at least 3 characters long and at most 255 characters long");

    /// <summary>A table of that name exists.</summary>
    public static DynamoError TableExists(string tableName) =>
        DynamoError.Modelled("ResourceInUseException", $"Table already exists: {tableName}");

    /// <summary>An index that the table does not have.</summary>
    public static DynamoError IndexNotFound(string indexName) =>
        DynamoError.Validation($"The table does not have the specified index: {indexName}");

    /// <summary>An index that is still being filled.</summary>
    public static DynamoError IndexBackfilling(string indexName) =>
        DynamoError.Validation($"Cannot read from backfilling global secondary index: {indexName}");

    /// <summary>An item without one of its key attributes.</summary>
    public static DynamoError MissingKey(string name) => DynamoError.Validation($"{InvalidParameters}Missing the key {name} in the item");

    /// <summary>An item whose key attribute has another type than the schema says.</summary>
    public static DynamoError KeyTypeMismatch(string name, object expected, object actual) =>
        DynamoError.Validation($"{InvalidParameters}Type mismatch for key {name} expected: {expected} actual: {actual}");

    /// <summary>An item whose attribute has another type than an index's key says.</summary>
    public static DynamoError IndexKeyTypeMismatch(string name, object expected, object actual, string indexName) => DynamoError.Validation(
        $"{InvalidParameters}Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {indexName}");

    /// <summary>An update whose result gives an index key another type than the index says.</summary>
    public static DynamoError UpdatedIndexKeyType { get; } =
        DynamoError.Validation("The update expression attempted to update the secondary index key to unsupported type");

    /// <summary>An update whose result makes an index key too long.</summary>
    public static DynamoError UpdatedIndexKeyTooLong { get; } =
        DynamoError.Validation("The update expression attempted to update the secondary index key beyond allowed size limits");

    /// <summary>An update of an attribute that is part of the key.</summary>
    public static DynamoError UpdateOfKey(string name) =>
        DynamoError.Validation($"{InvalidParameters}Cannot update attribute {name}. This attribute is part of the key");

    /// <summary>An empty string or binary as a key.</summary>
    public static DynamoError EmptyKey(string name, bool isBinary) => DynamoError.Validation(
        $"{EmptyKeyText("One or more parameter values are not valid. ", isBinary)} Key: {name}");

    /// <summary>An item with an empty string or binary as an index key.</summary>
    public static DynamoError EmptyIndexKey(string indexName, string name, bool isBinary) => DynamoError.Validation(
        EmptyKeyText("One or more parameter values are not valid. A value specified for a secondary index key is not supported. ", isBinary)
        + $" IndexName: {indexName}, IndexKey: {name}");

    /// <summary>An update that makes an index key an empty string or binary.</summary>
    public static DynamoError UpdatedEmptyIndexKey(bool isBinary) => DynamoError.Validation(EmptyKeyText(
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is "
        + "not supported. ", isBinary));

    /// <summary>An expression that looks into a key attribute.</summary>
    public static DynamoError PathIntoKey(string name, bool isIndexKey) => DynamoError.Validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
        + $"{(isIndexKey ? "IndexKey" : "Key")}: {name}");

    private static string EmptyKeyText(string prefix, bool isBinary) =>
        $"{prefix}The AttributeValue for a key attribute cannot contain an empty {(isBinary ? "binary" : "string")} value.";
}
