namespace DaxProxy.Core.Errors;

/// <summary>Faults of a request that show without looking at any table. Source: recorded answers of the service.</summary>
public static class RequestFaults
{
    /// <summary>Put and Delete return the old item or nothing.</summary>
    public static DynamoError ReturnValuesOnlyAllOld { get; } = DynamoError.Validation("ReturnValues can only be ALL_OLD or NONE");

    /// <summary>A put of more than 409,600 bytes.</summary>
    public static DynamoError ItemTooLarge { get; } = DynamoError.Validation("Item size has exceeded the maximum allowed size");

    /// <summary>An update whose result, or whose charge as the service counts it, exceeds 409,600 bytes.</summary>
    public static DynamoError UpdatedItemTooLarge { get; } =
        DynamoError.Validation("Item size to update has exceeded the maximum allowed size");

    /// <summary>
    /// An item for a collection that has grown to its limit: all items of one partition key of a table with local indexes.
    /// </summary>
    public static DynamoError CollectionTooLarge { get; } =
        DynamoError.Modelled("ItemCollectionSizeLimitExceededException", "Collection size exceeded.");

    /// <summary>Two keys or writes of a batch name one item.</summary>
    public static DynamoError DuplicateKeys { get; } = DynamoError.Validation("Provided list of item keys contains duplicates");

    /// <summary>A write request with neither or both of put and delete (the text is the service's).</summary>
    public static DynamoError NotOneWrite { get; } = DynamoError.Validation(ValueFaults.SeveralTypes);

    /// <summary>A map of names beside no expression.</summary>
    public static DynamoError NamesWithoutExpression { get; } =
        DynamoError.Validation("ExpressionAttributeNames can only be specified when using expressions");

    /// <summary>Query without a key condition of either kind.</summary>
    public static DynamoError NoKeyCondition { get; } =
        DynamoError.Validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");

    /// <summary>A segment without a count of segments.</summary>
    public static DynamoError NoTotalSegments { get; } = DynamoError.Validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");

    /// <summary>A count of segments without a segment.</summary>
    public static DynamoError NoSegment { get; } = DynamoError.Validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");

    /// <summary>More keys or writes than a batch may hold over all its tables.</summary>
    public static DynamoError TooManyItems(string operation) =>
        DynamoError.Validation($"Too many items requested for the {operation} call");

    /// <summary>
    /// A read of one table under two names, its own and its ARN. What the service does is not known; an answer has room for one.
    /// </summary>
    public static DynamoError TableTwice(string tableName) => DynamoError.Validation(
        "One or more parameter values were invalid: RequestItems names one table twice: " + tableName);

    /// <summary>A batch without tables.</summary>
    public static DynamoError NoRequestItems(string operation) =>
        DynamoError.Validation($"The requestItems parameter is required for {operation}");

    /// <summary>A segment beyond the count of segments.</summary>
    public static DynamoError SegmentOutOfRange(int segment, int totalSegments) => DynamoError.Validation(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        $"Segment: {segment} is not less than TotalSegments: {totalSegments}");

    /// <summary>A map of values beside no expression that could use them.</summary>
    public static DynamoError ValuesWithoutExpression(string absent, ValidationLayer layer) => DynamoError.Validation(
        "ExpressionAttributeValues can only be specified when using expressions" + (layer == ValidationLayer.Older ? ": " + absent : ""));

    /// <summary>An empty map of names or values.</summary>
    public static DynamoError MustNotBeEmpty(string member) => DynamoError.Validation(member + " must not be empty");

    /// <summary>A reference without its sign, or of other characters than letters, digits and underscores.</summary>
    public static DynamoError InvalidReference(string member, string reference) =>
        DynamoError.Validation($"{member} contains invalid key: Syntax error; key: \"{reference}\"");

    /// <summary>A bad value behind a value reference.</summary>
    public static DynamoError InvalidExpressionValue(string fault, string reference, ValidationLayer layer) => DynamoError.Validation(
        layer == ValidationLayer.Older ? $"ExpressionAttributeValues contains invalid value: {fault} for key {reference}" : fault);

    /// <summary>A bad value in a start key: numbers and duplicates of sets speak for themselves, the rest gets a prefix.</summary>
    public static DynamoError InvalidStartKey(string fault) => DynamoError.Validation(
        fault.StartsWith("One or more parameter values were invalid: ", StringComparison.Ordinal)
        && !fault.Contains("contains duplicates", StringComparison.Ordinal)
        || fault is ValueFaults.NoType or ValueFaults.SeveralTypes
            ? "The provided starting key is invalid: " + fault
            : fault);

    /// <summary>A projection beside a <c>Select</c> that leaves it nothing to choose.</summary>
    public static DynamoError ProjectionWithSelect(string parameter, string choice) =>
        DynamoError.Validation($"Cannot specify the {parameter} when choosing to get {choice}");

    /// <summary><c>SPECIFIC_ATTRIBUTES</c> without a projection.</summary>
    public static DynamoError SpecificWithoutProjection { get; } = DynamoError.Validation(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");

    /// <summary><c>ALL_PROJECTED_ATTRIBUTES</c> of a table.</summary>
    public static DynamoError ProjectedWithoutIndex { get; } =
        DynamoError.Validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
}
