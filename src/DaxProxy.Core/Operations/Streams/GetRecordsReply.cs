namespace DaxProxy.Core.Operations.Streams;

/// <summary>Answer to GetRecords.</summary>
/// <param name="records">One page of records, in the order of the changes.</param>
/// <param name="nextShardIterator">Where to go on; null when the shard is closed and this was its end.</param>
public sealed class GetRecordsReply(IReadOnlyList<ChangeRecord> records, string? nextShardIterator) : Reply
{
    /// <summary>One page of records, in the order of the changes.</summary>
    public IReadOnlyList<ChangeRecord> Records { get; } = records;

    /// <summary>Where to go on; null when the shard is closed and this was its end.</summary>
    public string? NextShardIterator { get; } = nextShardIterator;

    /// <inheritdoc/>
    public override long ItemBytes => Records.Sum(static record => (long)record.SizeBytes);
}
