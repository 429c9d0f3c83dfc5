namespace DaxProxy.Memory;

/// <summary>
/// Has the old generation collected, beside the requests, when a tenth of the heap has come into it. Left to itself the collector waits for
/// a fifth: with full caches it held 27 MB of what they had let go, for 80 MB that they kept (DESIGN.md).
/// </summary>
/// <remarks>
/// Looks after each collection of the youngest generation, by an object that ends with it, so that a process at rest does nothing. A
/// collection that was asked for is not asked for again. For the thread of finalizers alone.
/// </remarks>
internal sealed class GarbageLimit
{
    /// <summary>What a small heap may grow by: less than that the collector does not wait for either.</summary>
    public const long LeastBytes = 4 << 20;

    private const int PartOfHeap = 10;

    private long askedAfter = -1;

    private GarbageLimit()
    {
    }

    /// <summary>Begins, where <see cref="HeapTrimmer"/> does not do more than that.</summary>
    public static void Start()
    {
        if (!Heap.IsLittle)
        {
            _ = new Collected(new GarbageLimit());
        }
    }

    /// <summary>Whether what a heap holds is so much more than after its last whole collection that the next one is due.</summary>
    /// <param name="bytes">What it holds, without what is free between that.</param>
    /// <param name="bytesThen">What it held then.</param>
    public static bool IsDue(long bytes, long bytesThen) => bytes - bytesThen > Math.Max(LeastBytes, bytesThen / PartOfHeap);

    private void Look()
    {
        GCMemoryInfo now = GC.GetGCMemoryInfo(GCKind.Any),
            background = GC.GetGCMemoryInfo(GCKind.Background),
            blocking = GC.GetGCMemoryInfo(GCKind.FullBlocking),
            then = background.Index > blocking.Index ? background : blocking;
        if (then.Index != askedAfter && IsDue(HeldBytes(now), HeldBytes(then)))
        {
            askedAfter = then.Index;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private static long HeldBytes(GCMemoryInfo info) => info.HeapSizeBytes - info.FragmentedBytes;

    /// <summary>Nothing refers to it, so it ends with the next collection, and another one begins.</summary>
    private sealed class Collected(GarbageLimit limit)
    {
        ~Collected()
        {
            if (!Environment.HasShutdownStarted)
            {
                limit.Look();
                _ = new Collected(limit);
            }
        }
    }
}
