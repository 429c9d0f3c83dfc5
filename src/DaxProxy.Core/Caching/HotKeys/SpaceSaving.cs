namespace DaxProxy.Core.Caching.HotKeys;

/// <summary>The most frequent things of a stream, within constant memory.</summary>
/// <typeparam name="TWhat">What is counted.</typeparam>
/// <remarks>
/// A thing that is not counted yet takes the place of the one that was seen least, and its count: so each count is at least the true one,
/// and at most too large by its error, which is never more than the total divided by the size. A thing that is more frequent than that is
/// in it. Not thread-safe; adding allocates nothing. Source: Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k
/// elements in data streams", ICDT 2005.
/// </remarks>
/// <param name="size">How many things are counted at once.</param>
public sealed class SpaceSaving<TWhat>(int size)
{
    private readonly ulong[] hashes = new ulong[size];
    private readonly long[] counts = new long[size];
    private readonly long[] errors = new long[size];
    private readonly TWhat[] whats = new TWhat[size];
    private int used;
    private int lastTaken;
    private long floor;

    /// <summary>The weights of all that was added.</summary>
    public long Total { get; private set; }

    /// <summary>What is counted: with each its count, and how much that may be too large.</summary>
    public IEnumerable<(TWhat What, ulong Hash, long Count, long Error)> Counted =>
        Enumerable.Range(0, used).Select(at => (whats[at], hashes[at], counts[at], errors[at]));

    /// <summary>Counts a thing.</summary>
    /// <param name="hash">What tells it from others; two that agree are taken for one.</param>
    /// <param name="what">The thing, which is held as long as it is counted.</param>
    /// <param name="weight">How much it counts; 1 at least.</param>
    public void Add(ulong hash, TWhat what, long weight = 1)
    {
        Total += weight;
        int at = hashes.AsSpan(0, used).IndexOf(hash);
        if (at >= 0)
        {
            counts[at] += weight;
            return;
        }

        at = used < size ? used++ : Least();
        errors[at] = counts[at];
        counts[at] += weight;
        hashes[at] = hash;
        whats[at] = what;
    }

    /// <summary>Makes what was seen until now count half, and forgets what then counts nothing.</summary>
    public void Halve()
    {
        int kept = 0;
        for (int at = 0; at < used; at++)
        {
            if (counts[at] > 1)
            {
                (hashes[kept], whats[kept]) = (hashes[at], whats[at]);
                (counts[kept], errors[kept]) = (counts[at] / 2, Math.Min(counts[at] / 2, (errors[at] + 1) / 2));
                kept++;
            }
        }

        Array.Clear(counts, kept, used - kept);
        Array.Clear(whats, kept, used - kept);
        used = kept;
        floor = 0;
        Total /= 2;
    }

    /// <summary>A place with the least count. Counts only grow, so most often the next such place is near the last one.</summary>
    private int Least()
    {
        while (true)
        {
            long next = long.MaxValue;
            for (int step = 0; step < counts.Length; step++)
            {
                lastTaken = lastTaken + 1 == counts.Length ? 0 : lastTaken + 1;
                if (counts[lastTaken] == floor)
                {
                    return lastTaken;
                }

                next = Math.Min(next, counts[lastTaken]);
            }

            floor = next;
        }
    }
}
