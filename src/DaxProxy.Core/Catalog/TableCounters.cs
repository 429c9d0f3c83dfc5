namespace DaxProxy.Core.Catalog;

/// <summary>The running figures behind <see cref="TableStatistics"/>. Thread-safe, without locks.</summary>
public sealed class TableCounters : CacheCounters
{
    private readonly StripedCounter hits = new();
    private readonly StripedCounter negativeHits = new();
    private long misses;
    private readonly long[] drops = new long[Enum.GetValues<WriteOutcome>().Length];

    /// <summary>What the query cache did.</summary>
    public QueryCounters Queries { get; } = new();

    /// <summary>The figures of the item cache now.</summary>
    public TableStatistics Read() => new(
        hits.Sum,
        negativeHits.Sum,
        Volatile.Read(ref misses),
        Stored,
        FillsRefused(FillRefusal.Written),
        FillsRefused(FillRefusal.InDoubt),
        Volatile.Read(ref drops[(int)WriteOutcome.Exact]),
        Volatile.Read(ref drops[(int)WriteOutcome.Suspect]),
        Volatile.Read(ref drops[(int)WriteOutcome.Drop]),
        Volatile.Read(ref drops[(int)WriteOutcome.Unknown]),
        Refreshes,
        StaleHits,
        Left(RemovalReason.Evicted),
        Left(RemovalReason.Expired),
        Entries,
        Bytes);

    internal void CountHit(bool isNegative) => (isNegative ? negativeHits : hits).Increment();

    internal void CountMiss() => Interlocked.Increment(ref misses);

    internal void CountDrop(WriteOutcome why) => Interlocked.Increment(ref drops[(int)why]);
}
