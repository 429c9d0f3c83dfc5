namespace DaxProxy.Core.Catalog;

/// <summary>
/// The running figures that both caches keep of a table: what was stored, kept out, fetched again early, and what left. Thread-safe,
/// without locks.
/// </summary>
public abstract class CacheCounters
{
    /// <summary>What half a read unit reads. Source: "Read consistency and capacity" of the service's documentation.</summary>
    private const int BytesPerHalfUnit = 4096;

    private readonly long[] fillsRefused = new long[Enum.GetValues<FillRefusal>().Length];
    private readonly long[] left = new long[Enum.GetValues<RemovalReason>().Length];
    private long stored;
    private long refreshes;
    private long staleHits;
    private long entries;
    private long bytes;
    private long savedHalfUnits;

    /// <summary>
    /// About how many read units hits have saved, as the service counts them for reads that are not consistent. Estimated from a share of
    /// the hits.
    /// </summary>
    public double ReadUnitsSaved => Volatile.Read(ref savedHalfUnits) / 2.0;

    /// <summary>Counts the units of hits, each an answer of this size.</summary>
    internal void CountSaved(int answerBytes, int hits) =>
        Interlocked.Add(ref savedHalfUnits, (long)hits * Math.Max(1, (answerBytes + BytesPerHalfUnit - 1) / BytesPerHalfUnit));

    private protected long Stored => Volatile.Read(ref stored);

    private protected long Refreshes => Volatile.Read(ref refreshes);

    private protected long StaleHits => Volatile.Read(ref staleHits);

    private protected long Entries => Volatile.Read(ref entries);

    private protected long Bytes => Volatile.Read(ref bytes);

    private protected long FillsRefused(FillRefusal why) => Volatile.Read(ref fillsRefused[(int)why]);

    private protected long Left(RemovalReason why) => Volatile.Read(ref left[(int)why]);

    internal void CountRefusedFill(FillRefusal why) => Interlocked.Increment(ref fillsRefused[(int)why]);

    internal void CountRefresh() => Interlocked.Increment(ref refreshes);

    internal void CountStaleHit() => Interlocked.Increment(ref staleHits);

    internal void CountStored(long entryBytes)
    {
        Interlocked.Increment(ref stored);
        Interlocked.Increment(ref entries);
        Interlocked.Add(ref bytes, entryBytes);
    }

    internal void CountLeft(long entryBytes, RemovalReason why)
    {
        Interlocked.Decrement(ref entries);
        Interlocked.Add(ref bytes, -entryBytes);
        Interlocked.Increment(ref left[(int)why]);
    }
}
