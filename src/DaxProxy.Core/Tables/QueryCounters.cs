using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Caching.Queries;

namespace DaxProxy.Core.Tables;

/// <summary>The running figures behind <see cref="QueryStatistics"/>. Thread-safe, without locks.</summary>
public sealed class QueryCounters
{
    private readonly StripedCounter hits = new();
    private long hitsPastWrites;
    private long missesAbsent;
    private long missesWritten;
    private long missesForgotten;
    private long stored;
    private readonly long[] fillsRefused = new long[Enum.GetValues<FillRefusal>().Length];
    private long refreshes;
    private long evictedForCapacity;
    private long evictedByAge;
    private long entries;
    private long bytes;

    /// <summary>The figures now.</summary>
    public QueryStatistics Read() => new(
        hits.Sum,
        Volatile.Read(ref hitsPastWrites),
        Volatile.Read(ref missesAbsent),
        Volatile.Read(ref missesWritten),
        Volatile.Read(ref missesForgotten),
        Volatile.Read(ref stored),
        Volatile.Read(ref fillsRefused[(int)FillRefusal.Written]),
        Volatile.Read(ref fillsRefused[(int)FillRefusal.InDoubt]),
        Volatile.Read(ref fillsRefused[(int)FillRefusal.Unsettled]),
        Volatile.Read(ref refreshes),
        Volatile.Read(ref evictedForCapacity),
        Volatile.Read(ref evictedByAge),
        Volatile.Read(ref entries),
        Volatile.Read(ref bytes));

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

    internal void CountRefusedFill(FillRefusal why) => Interlocked.Increment(ref fillsRefused[(int)why]);

    internal void CountRefresh() => Interlocked.Increment(ref refreshes);

    internal void CountStored(long entryBytes)
    {
        Interlocked.Increment(ref stored);
        Interlocked.Increment(ref entries);
        Interlocked.Add(ref bytes, entryBytes);
    }

    internal void CountLeft(long entryBytes, Departure why)
    {
        Interlocked.Decrement(ref entries);
        Interlocked.Add(ref bytes, -entryBytes);
        if (why == Departure.Evicted)
        {
            Interlocked.Increment(ref evictedForCapacity);
        }
        else if (why == Departure.Expired)
        {
            Interlocked.Increment(ref evictedByAge);
        }
    }
}
