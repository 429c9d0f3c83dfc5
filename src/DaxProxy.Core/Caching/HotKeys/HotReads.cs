using System.Runtime.InteropServices;
using DaxProxy.Core.Caching.Core;

namespace DaxProxy.Core.Caching.HotKeys;

/// <summary>What is read most, found from a share of all reads.</summary>
/// <typeparam name="TWhat">What is read.</typeparam>
/// <remarks>
/// Thread-safe. Noting a read takes no lock and allocates nothing: where another thread is noting one, it is left out. What was seen counts
/// half after a minute, a quarter after two and so on, so that the present is shown.
/// </remarks>
/// <param name="seed">What names are hashed with; another one in each process.</param>
/// <param name="time">The clock.</param>
internal sealed class HotReads<TWhat>(ulong seed, TimeProvider time)
{
    /// <summary>How many things are counted at once.</summary>
    public const int Size = 256;

    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly SpaceSaving<TWhat> counts = new(Size);
    private long startedAt = time.GetTimestamp();
    private double secondsBefore;
    private int isBusy;

    /// <summary>Notes a read that was picked.</summary>
    /// <param name="tableName">Of what table.</param>
    /// <param name="name">What tells it from others of that table.</param>
    /// <param name="what">What is read.</param>
    public void Note(string tableName, ReadOnlySpan<byte> name, TWhat what)
    {
        ulong hash = KeyedHash.Of(KeyedHash.Of(seed, MemoryMarshal.AsBytes(tableName.AsSpan())), name);
        if (Interlocked.CompareExchange(ref isBusy, 1, 0) != 0)
        {
            return;
        }

        try
        {
            Age();
            counts.Add(hash, what);
        }
        finally
        {
            Volatile.Write(ref isBusy, 0);
        }
    }

    /// <summary>What is read most, the most read first. A thing that was seen once is left out: once says nothing.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="show">Makes the entry to show, from the thing and its hash.</param>
    public IReadOnlyList<HotRead> Read(int most, Func<TWhat, ulong, HotRead> show)
    {
        SpinWait wait = default;
        while (Interlocked.CompareExchange(ref isBusy, 1, 0) != 0)
        {
            wait.SpinOnce();
        }

        (TWhat What, ulong Hash, long Count, long Error)[] seen;
        double seconds, total;
        try
        {
            Age();
            seen = [.. counts.Counted];
            seconds = secondsBefore + time.GetElapsedTime(startedAt).TotalSeconds;
            total = counts.Total;
        }
        finally
        {
            Volatile.Write(ref isBusy, 0);
        }

        double ratePerSample = ReadSampling.ReadsPerSample / Math.Max(seconds, 1);
        return
        [
            .. seen.Where(one => one.Count > 1).OrderByDescending(one => one.Count).Take(most).Select(one => show(one.What, one.Hash) with
            {
                ReadsPerSecond = one.Count * ratePerSample,
                LeastReadsPerSecond = (one.Count - one.Error) * ratePerSample,
                Share = one.Count / total,
            }),
        ];
    }

    /// <summary>Halves the counts, and the time they stand for, once for each half-life that has passed.</summary>
    private void Age()
    {
        long halfLife = (long)(HalfLife.TotalSeconds * time.TimestampFrequency);
        while (time.GetTimestamp() - startedAt >= halfLife)
        {
            counts.Halve();
            secondsBefore = (secondsBefore + HalfLife.TotalSeconds) / 2;
            startedAt = counts.Total == 0 ? time.GetTimestamp() : startedAt + halfLife;
        }
    }
}
