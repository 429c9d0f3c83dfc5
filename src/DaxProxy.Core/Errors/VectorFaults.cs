using DaxProxy.Core.Items;

namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of vector indexes. Source: the service's developer guide ("Creating and searching vector indexes" and its page on
/// troubleshooting), and answers of August 2026 that nubo-db/dynamodb-conformance, nubo-db/dynoxide and ExtendDB recorded. Where none is
/// known the comment says so.
/// </summary>
public static class VectorFaults
{
    private const string Expression = "SearchConditionExpression";

    /// <summary>A vector index of a provisioned table, or provisioned billing for a table with vector indexes.</summary>
    public static DynamoError NeedsPayPerRequest { get; } = Invalid("Vector indexes are only supported for PAY_PER_REQUEST tables");

    /// <summary>A new table with over five vector indexes.</summary>
    public static DynamoError TooManyIndexes { get; } = Invalid("VectorIndex count exceeds the per-table limit of 5");

    /// <summary>A sixth vector index of a table, which has a class and a text of its own.</summary>
    public static DynamoError OneIndexTooMany { get; } = DynamoError.Modelled(
        "LimitExceededException", "Subscriber limit exceeded: Number of vector secondary indexes exceeds per-table limit of 5");

    /// <summary>Over 4096 dimensions.</summary>
    public static DynamoError DimensionsOutOfRange { get; } = Invalid("Number of dimensions must be between 1 and 4096 inclusive.");

    /// <summary>An attribute of a search schema without a type.</summary>
    public static DynamoError UndefinedElement { get; } = Invalid("One element in SearchSchema is not defined in attribute definitions");

    /// <summary>A search schema with two partition keys. The text is ours.</summary>
    public static DynamoError SeveralHashes { get; } = Invalid("SearchSchema can have only one HASH element");

    /// <summary>An entry of <c>VectorIndexUpdates</c> without action, or with both. The text is ours.</summary>
    public static DynamoError NotOneAction { get; } =
        Invalid("Exactly one of VectorIndexUpdate.Create and VectorIndexUpdate.Delete must be specified");

    /// <summary>A search vector with something else than finite 32-bit numbers.</summary>
    public static DynamoError InvalidSearchVector { get; } = DynamoError.Validation(
        "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point number attribute");

    /// <summary>No value for the partition key of the index.</summary>
    public static DynamoError HashMissing { get; } =
        DynamoError.Validation("SearchConditionExpression must be provided when SearchSchema has a HASH key");

    /// <summary>Anything but equalities joined by AND.</summary>
    public static DynamoError InvalidComparator { get; } =
        ExpressionFaults.Invalid(Expression, "Invalid comparator used in SearchConditionExpression");

    /// <summary>A condition on a part of an attribute.</summary>
    public static DynamoError NestedCondition { get; } =
        ExpressionFaults.Invalid(Expression, "SearchConditionExpression cannot have conditions on nested attributes");

    /// <summary>Two conditions on one attribute, even if they say the same.</summary>
    public static DynamoError SeveralConditions { get; } =
        ExpressionFaults.Invalid(Expression, "SearchConditionExpression must only contain one condition per attribute");

    /// <summary>A vector attribute that has a type like a key.</summary>
    public static DynamoError DefinedVectorAttribute(string name) => Invalid(
        $"Conflicting attribute definition for '{name}'. An attribute cannot be defined in AttributeDefinitions when used as a "
        + "VectorAttribute.");

    /// <summary>Two indexes of one vector attribute that do not agree on its dimensions.</summary>
    public static DynamoError OtherDimensions(string name) => Invalid(
        $"Conflicting attribute definition for '{name}'. All VectorIndexes on the same vector attribute must use the same dimensions.");

    /// <summary>A search in an index that the table does not have.</summary>
    public static DynamoError IndexNotFound(string name) =>
        DynamoError.Validation($"The table does not have the specified index: {name}");

    /// <summary>A search in an index that is being filled.</summary>
    public static DynamoError Backfilling(string name) => DynamoError.Validation($"Cannot search backfilling vector index: {name}");

    /// <summary>Over a hundred results.</summary>
    public static DynamoError TopKOutOfRange(int topK) => DynamoError.Validation(
        $"Provided TopK value '{topK}' is out of valid range. The value must be between 1 and 100 inclusive");

    /// <summary>A search vector of another length than the index's.</summary>
    public static DynamoError SearchVectorLength(int actual, long expected) =>
        DynamoError.Validation($"Input search vector dimension {actual} does not match vector index dimension {expected}");

    /// <summary>A condition on an attribute that the search schema does not have.</summary>
    public static DynamoError NotInSchema(string name) => DynamoError.Validation(
        $"SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: {name}");

    /// <summary>A condition with a value of another type than the attribute's.</summary>
    public static DynamoError ConditionType(string name, AttributeType actual, AttributeType expected) => DynamoError.Validation(
        $"Type of '{name}' attribute in SearchConditionExpression ({actual}) does not match type in search schema ({expected})");

    /// <summary>A write of something that is no list.</summary>
    public static DynamoError NotAList(string name, string indexName) => InvalidWrite(
        $"Invalid type for parameter {name}, Expected: 32-bit floating point number list IndexName: {indexName}");

    /// <summary>A write of a vector of another length.</summary>
    public static DynamoError VectorLength(string name, long expected, int actual, string indexName) => InvalidWrite(
        $"Invalid size for parameter {name}, Expected: {expected}, Actual: {actual} IndexName: {indexName}");

    /// <summary>A write of a vector with something else than a number.</summary>
    public static DynamoError NotANumber(string name, int position, AttributeType actual, string indexName) => InvalidWrite(
        $"Invalid type for parameter {name}[{position}], Expected: 32-bit floating point number, Actual: {actual}. IndexName: {indexName}");

    /// <summary>A write of a number that is too large for a vector.</summary>
    public static DynamoError NumberOutOfRange(string name, int position, Number value, string indexName) => InvalidWrite(
        $"Invalid value for parameter {name}[{position}], Value: {value} is outside valid range [-3.4028235E38, 3.4028235E38]. "
        + $"IndexName: {indexName}");

    /// <summary>A write of an attribute of the search schema with another type.</summary>
    public static DynamoError ElementType(string name, AttributeType expected, AttributeType actual, string indexName) => InvalidWrite(
        $"Attribute '{name}' type mismatch. Expected: {expected}, Actual: {actual}. IndexName: {indexName}");

    private static DynamoError Invalid(string text) => DynamoError.Validation("One or more parameter values were invalid: " + text);

    private static DynamoError InvalidWrite(string text) => DynamoError.Validation("One or more parameter values were invalid. " + text);
}
