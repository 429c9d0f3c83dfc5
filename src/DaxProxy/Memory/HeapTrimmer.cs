namespace DaxProxy.Memory;

/// <summary>
/// Compacts a heap that has grown, or that has come to rest. What many connections leave behind that came and went at once lies between
/// what goes on living. The collector lets it lie there, and does not look at all once nothing is asked of it.
/// </summary>
/// <remarks>
/// Growth counts from where the heap was at its smallest since the last time, at first from nothing. So a heap that has to be large is not
/// compacted again and again. Rest counts only after as much has been allocated as the heap may grow: a few large arrays are enough, which
/// the collector would let lie.
/// </remarks>
/// <param name="slackBytes">How much the heap may grow.</param>
/// <param name="look">What the heap has of the system, and what has been allocated in it since the process began.</param>
/// <param name="compact">Compacts it.</param>
internal sealed class HeapTrimmer(long slackBytes, Func<(long Bytes, long AllocatedBytes)> look, Action compact)
{
    /// <summary>A heap in which no more than this is allocated between two looks is at rest.</summary>
    public const int RestBytes = 1 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long leastBytes;
    private long lastAllocatedBytes;
    private long compactedAtBytes;

    /// <summary>
    /// Looks at this process's heap from time to time, until it is disposed; null where memory is not so little that it pays.
    /// </summary>
    public static ITimer? Start(TimeProvider time)
    {
        if (!Heap.IsLittle)
        {
            return null;
        }

        HeapTrimmer trimmer = new(Heap.AvailableBytes / 16, static () => (Heap.CommittedBytes, GC.GetTotalAllocatedBytes()), Heap.Compact);
        return time.CreateTimer(static state => ((HeapTrimmer)state!).Look(), trimmer, Interval, Interval);
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        (long bytes, long allocatedBytes) = look();
        bool isAtRest = allocatedBytes - lastAllocatedBytes <= RestBytes && allocatedBytes - compactedAtBytes >= slackBytes;
        if (isAtRest || bytes > leastBytes + slackBytes)
        {
            compact();
            (bytes, allocatedBytes) = look();
            (leastBytes, compactedAtBytes) = (bytes, allocatedBytes);
        }

        leastBytes = Math.Min(leastBytes, bytes);
        lastAllocatedBytes = allocatedBytes;
    }
}
