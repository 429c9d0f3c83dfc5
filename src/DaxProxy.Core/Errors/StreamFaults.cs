using System.Globalization;

namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of streams. Source: recorded answers of the service's control plane and what its clients report. Texts that were never recorded
/// are ours.
/// </summary>
public static class StreamFaults
{
    /// <summary>How Java prints a date.</summary>
    private const string JavaDate = "ddd MMM dd HH:mm:ss 'UTC' yyyy";

    /// <summary>A table created with a stream that says not of what.</summary>
    public static DynamoError NoViewType { get; } =
        Invalid("Table is being created with a stream enabled, UpdateViewType is required");

    /// <summary>A table created without a stream that says of what.</summary>
    public static DynamoError ViewTypeOfNoStream { get; } =
        Invalid("Table is being created with a stream disabled, UpdateViewType should not be specified");

    /// <summary>A stream switched on that says not of what.</summary>
    public static DynamoError NoViewTypeToEnable { get; } = Invalid("If stream is being enabled then UpdateViewType is required");

    /// <summary>A stream switched off that says of what.</summary>
    public static DynamoError ViewTypeToDisable { get; } = Invalid(
        "If stream is being disabled, then UpdateViewType must not be specified");

    /// <summary>A stream switched together with a change of throughput.</summary>
    public static DynamoError StreamWhileThroughput { get; } = Invalid("You cannot modify stream status while updating table IOPS");

    /// <summary>An index made or removed together with a switched stream.</summary>
    public static DynamoError IndexWhileStream { get; } = Invalid("You cannot create or delete index while changing stream status");

    /// <summary>A position older than what is kept.</summary>
    public static DynamoError Trimmed { get; } =
        DynamoError.Modelled("TrimmedDataAccessException", "The data you are trying to access has been trimmed");

    /// <summary>An iterator that we did not make. The text is ours.</summary>
    public static DynamoError InvalidIterator { get; } = DynamoError.Validation("Invalid ShardIterator");

    /// <summary>An iterator at a number without that number. The text is ours.</summary>
    public static DynamoError NoSequenceNumber { get; } = DynamoError.Validation(
        "SequenceNumber is required when ShardIteratorType is AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER");

    /// <summary>A number given beside a kind of iterator that takes none. The text is ours.</summary>
    public static DynamoError UnusedSequenceNumber { get; } = DynamoError.Validation(
        "SequenceNumber can only be specified when ShardIteratorType is AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER");

    /// <summary>A filter for children that names no shard. The text is ours.</summary>
    public static DynamoError FilterWithoutShard { get; } =
        DynamoError.Validation("ShardId is required when the Type of ShardFilter is CHILD_SHARDS");

    /// <summary>A stream switched on where there is one.</summary>
    public static DynamoError AlreadyEnabled(string tableName) =>
        DynamoError.Validation("Table already has an enabled stream: TableName: " + tableName);

    /// <summary>A stream switched off where there is none.</summary>
    public static DynamoError NothingToDisable(string tableName) =>
        DynamoError.Validation("Table has no stream to disable: TableName: " + tableName);

    /// <summary>A stream that is not there, or not any more.</summary>
    public static DynamoError StreamNotFound(string streamArn) =>
        DynamoError.Modelled("ResourceNotFoundException", $"Requested resource not found: Stream: {streamArn} not found");

    /// <summary>A shard that is not there, or not any more.</summary>
    public static DynamoError ShardNotFound(string shardId, string streamArn) => DynamoError.Modelled(
        "ResourceNotFoundException", $"Requested resource not found: Shard: {shardId} in Stream: {streamArn} not found");

    /// <summary>A resource name that is none.</summary>
    public static DynamoError NotAnArn(string text) => Invalid("ARNs must start with 'arn:': " + text);

    /// <summary>A resource name of something else than a stream.</summary>
    public static DynamoError NotAStreamArn(string arn) => Invalid("Invalid resource Arn: " + arn);

    /// <summary>A sequence number that the shard cannot have. The text is ours.</summary>
    public static DynamoError InvalidSequenceNumber(string sequenceNumber) =>
        DynamoError.Validation("Invalid SequenceNumber: " + sequenceNumber);

    /// <summary>A limit above what one page may hold.</summary>
    public static DynamoError LimitTooLarge(int limit, int max) => DynamoError.Validation(
        $"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
        + $"Member must have value less than or equal to {max}");

    /// <summary>An iterator that was not used in time.</summary>
    public static DynamoError ExpiredIterator(DateTimeOffset createdAt, DateTimeOffset now, TimeSpan lifetime) => DynamoError.Modelled(
        "ExpiredIteratorException",
        $"Iterator expired. The iterator was created at time {Print(createdAt)} while right now it is {Print(now)} "
        + $"which is further in the future than the tolerated delay of {(long)lifetime.TotalMilliseconds} milliseconds.");

    private static string Print(DateTimeOffset time) => time.UtcDateTime.ToString(JavaDate, CultureInfo.InvariantCulture);

    private static DynamoError Invalid(string text) => DynamoError.Validation("One or more parameter values were invalid: " + text);
}
