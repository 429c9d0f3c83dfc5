namespace DaxProxy.Core.Catalog;

/// <summary>The running figures behind <see cref="QueryStatistics"/>. Thread-safe, without locks.</summary>
public sealed class QueryCounters : CacheCounters
{
    private readonly StripedCounter hits = new();
    private long hitsPastWrites;
    private long missesAbsent;
    private long missesWritten;
    private long missesForgotten;

    /// <summary>The figures now.</summary>
    public QueryStatistics Read() => new(
        hits.Sum,
        Volatile.Read(ref hitsPastWrites),
        Volatile.Read(ref missesAbsent),
        Volatile.Read(ref missesWritten),
        Volatile.Read(ref missesForgotten),
        Stored,
        FillsRefused(FillRefusal.Written),
        FillsRefused(FillRefusal.InDoubt),
        FillsRefused(FillRefusal.Unsettled),
        Refreshes,
        StaleHits,
        Left(RemovalReason.Evicted),
        Left(RemovalReason.Expired),
        Entries,
        Bytes);

    internal void CountHit(FenceVerdict verdict)
    {
        hits.Increment();
        if (verdict == FenceVerdict.Missed)
        {
            Interlocked.Increment(ref hitsPastWrites);
        }
    }

    internal void CountMiss() => Interlocked.Increment(ref missesAbsent);

    internal void CountDrop(FenceVerdict verdict) =>
        Interlocked.Increment(ref verdict == FenceVerdict.Written ? ref missesWritten : ref missesForgotten);
}
