using DaxProxy.Core.Items;

namespace DaxProxy.Core.Errors;

/// <summary>Faults of Query and Scan that depend on the table's schema. Source: recorded answers of the service.</summary>
public static class QueryFaults
{
    private const string InvalidParameters = "One or more parameter values were invalid: ";

    /// <summary>A partition key condition that is no equality, or two conditions where the key has one attribute.</summary>
    public static DynamoError KeyConditionNotSupported { get; } = DynamoError.Validation("Query key condition not supported");

    /// <summary>A condition value of another type than the key attribute.</summary>
    public static DynamoError ConditionTypeMismatch { get; } =
        DynamoError.Validation(InvalidParameters + "Condition parameter type does not match schema type");

    /// <summary>A start key with the wrong attributes.</summary>
    public static DynamoError StartKeyInvalid { get; } = DynamoError.Validation("The provided starting key is invalid");

    /// <summary>A start key with attributes of the wrong type.</summary>
    public static DynamoError StartKeyDoesNotMatch { get; } =
        DynamoError.Validation("The provided starting key is invalid: The provided key element does not match the schema");

    /// <summary>A start key of another partition.</summary>
    public static DynamoError StartKeyOutside { get; } =
        DynamoError.Validation("The provided starting key is outside query boundaries based on provided conditions");

    /// <summary>A start key outside the sort key's condition.</summary>
    public static DynamoError StartKeyOutsideRange { get; } =
        DynamoError.Validation("The provided starting key does not match the range key predicate");

    /// <summary>A start key of another partition where the sort key is restricted too.</summary>
    public static DynamoError CannotRestart { get; } =
        DynamoError.Validation("The query can return at most one row and cannot be restarted");

    /// <summary>A condition on an attribute that is not the key's.</summary>
    public static DynamoError MissedKey(string name) => DynamoError.Validation("Query condition missed key schema element: " + name);

    /// <summary>More conditions than the key has attributes.</summary>
    public static DynamoError TooManyConditions(int given, int allowed, ValidationLayer layer) => DynamoError.Validation(
        layer == ValidationLayer.Older
            ? "Conditions can be of length 1 or 2 only"
            : $"The number of query conditions ({given}) exceeds the number of key attributes defined in the schema ({allowed})");

    /// <summary>Partition attributes of an index without an equality.</summary>
    public static DynamoError HashNeedsEquality(string names) =>
        DynamoError.Validation($"HASH key attributes {names} must have equality conditions specified in the query");

    /// <summary>Sort attributes of an index that a condition on a later one leaves open.</summary>
    public static DynamoError RangeNeedsEquality(string names, string later) => DynamoError.Validation(
        $"RANGE key attributes {names} must have equality conditions specified in the query "
        + $"because a condition is present on key attribute {later}");

    /// <summary>
    /// A filter on a key attribute of what is queried; <paramref name="filterName"/> is what the service calls the filter.
    /// </summary>
    public static DynamoError FilterOnKey(string filterName, string name) => DynamoError.Validation(
        $"{filterName} can only contain non-primary key attributes: Primary key attribute: {name}");

    /// <summary><c>ALL_ATTRIBUTES</c> of a global index that does not hold them.</summary>
    public static DynamoError IndexDoesNotHoldAll(string indexName) => DynamoError.Validation(
        $"{InvalidParameters}Select type ALL_ATTRIBUTES is not supported for global secondary index {indexName} "
        + "because its projection type is not ALL");

    /// <summary>Attributes that a global index does not hold.</summary>
    public static DynamoError NotProjected(string indexName, IEnumerable<string> names) => DynamoError.Validation(
        $"{InvalidParameters}Global secondary index {indexName} does not project [{string.Join(", ", names)}]");

    /// <summary>A start key in a table without sort keys.</summary>
    public static DynamoError StartKeyOfHashTable(AttributeMap key) => DynamoError.Validation(
        "The provided exclusive start key is invalid: ExclusiveStartKey: {"
        + string.Join(", ", key.Select(pair => $"{pair.Key}=AttributeValue: {pair.Value}")) + "}");

    /// <summary>A start key that belongs to another segment.</summary>
    public static DynamoError StartKeyOfOtherSegment(int totalSegments, int segment) => DynamoError.Validation(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
        + $"TotalSegments: {totalSegments} Segment: {segment}");
}
