namespace DaxProxy.Memory;

/// <summary>
/// Compacts a heap that has grown, or that has come to rest. What many connections leave behind that came and went at once lies between
/// what goes on living. The collector lets it lie there, and does not look at all once nothing is asked of it.
/// </summary>
/// <remarks>
/// Growth counts from where the heap was at its smallest since the last time, at first from nothing. So a heap that has to be large is not
/// compacted again and again. Rest counts only after some collections.
/// </remarks>
/// <param name="slackBytes">How much the heap may grow.</param>
/// <param name="look">What the heap has of the system, and how often it has been collected.</param>
/// <param name="compact">Compacts it.</param>
internal sealed class HeapTrimmer(long slackBytes, Func<(long Bytes, int Collections)> look, Action compact)
{
    /// <summary>So many collections make a rest worth a look.</summary>
    public const int BusyCollections = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long leastBytes;
    private int lastCollections;
    private int compactedAt;

    /// <summary>
    /// Looks at this process's heap from time to time, until it is disposed; null where memory is not so little that it pays.
    /// </summary>
    public static ITimer? Start(TimeProvider time)
    {
        if (!Heap.IsLittle)
        {
            return null;
        }

        HeapTrimmer trimmer = new(Heap.AvailableBytes / 16, static () => (Heap.CommittedBytes, GC.CollectionCount(0)), Heap.Compact);
        return time.CreateTimer(static state => ((HeapTrimmer)state!).Look(), trimmer, Interval, Interval);
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        (long bytes, int collections) = look();
        bool isAtRest = collections == lastCollections && collections - compactedAt >= BusyCollections;
        if (isAtRest || bytes > leastBytes + slackBytes)
        {
            compact();
            (bytes, collections) = look();
            (leastBytes, compactedAt) = (bytes, collections);
        }

        leastBytes = Math.Min(leastBytes, bytes);
        lastCollections = collections;
    }
}
