using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Core;

namespace DaxProxy.Core.Tables;

/// <summary>The running figures behind <see cref="TableStatistics"/>. Thread-safe, without locks.</summary>
public sealed class TableCounters
{
    private readonly StripedCounter hits = new();
    private readonly StripedCounter negativeHits = new();
    private long misses;
    private long stored;
    private readonly long[] fillsRefused = new long[Enum.GetValues<FillRefusal>().Length];
    private readonly long[] drops = new long[Enum.GetValues<WriteOutcome>().Length];
    private long refreshes;
    private long evictedForCapacity;
    private long evictedByAge;
    private long entries;
    private long bytes;

    /// <summary>What the query cache did.</summary>
    public QueryCounters Queries { get; } = new();

    /// <summary>The figures of the item cache now.</summary>
    public TableStatistics Read() => new(
        hits.Sum,
        negativeHits.Sum,
        Volatile.Read(ref misses),
        Volatile.Read(ref stored),
        Volatile.Read(ref fillsRefused[(int)FillRefusal.Written]),
        Volatile.Read(ref fillsRefused[(int)FillRefusal.InDoubt]),
        Volatile.Read(ref drops[(int)WriteOutcome.Exact]),
        Volatile.Read(ref drops[(int)WriteOutcome.Suspect]),
        Volatile.Read(ref drops[(int)WriteOutcome.Drop]),
        Volatile.Read(ref drops[(int)WriteOutcome.Unknown]),
        Volatile.Read(ref refreshes),
        Volatile.Read(ref evictedForCapacity),
        Volatile.Read(ref evictedByAge),
        Volatile.Read(ref entries),
        Volatile.Read(ref bytes));

    internal void CountHit(bool isNegative) => (isNegative ? negativeHits : hits).Increment();

    internal void CountMiss() => Interlocked.Increment(ref misses);

    internal void CountRefusedFill(FillRefusal why) => Interlocked.Increment(ref fillsRefused[(int)why]);

    internal void CountDrop(WriteOutcome why) => Interlocked.Increment(ref drops[(int)why]);

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
