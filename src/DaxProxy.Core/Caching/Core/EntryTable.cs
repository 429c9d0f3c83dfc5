using System.Runtime.CompilerServices;

namespace DaxProxy.Core.Caching.Core;

/// <summary>A hash table of chained entries that readers walk without a lock while one writer at a time changes it.</summary>
/// <remarks>
/// What a chain leads to is always an entry that was in the table since the reader set out, because an entry that leaves keeps its link.
/// While the table grows a reader may lose its way, but never in a circle: a link only ever skips entries that came later in the same
/// chain. A look-up that finds nothing is told whether that is certain. A field of its shard, never copied: one step less on the way to an
/// entry.
/// </remarks>
internal struct EntryTable
{
    private const int InitialBuckets = 16;

    private CacheEntry?[] buckets;
    private bool isGrowing;
    private int sweepAt;

    /// <summary>An empty table.</summary>
    public EntryTable() => buckets = new CacheEntry?[InitialBuckets];

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many chains there are: a power of two, at least <see cref="Count"/>.</summary>
    public readonly int Buckets => buckets.Length;

    /// <summary>
    /// The entry of a key, or null. <paramref name="isCertain"/> is false when the table grew meanwhile, so that null says nothing; inside
    /// the writer's lock it is always true.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CacheEntry? Find(ulong hash, ReadOnlySpan<byte> key, out bool isCertain)
    {
        CacheEntry?[] seen = Volatile.Read(ref buckets);
        CacheEntry? entry = Volatile.Read(ref seen[(int)hash & (seen.Length - 1)]);
        while (entry is not null && (entry.Hash != hash || !entry.Key.SequenceEqual(key)))
        {
            entry = Volatile.Read(ref entry.Next);
        }

        isCertain = entry is not null || (!Volatile.Read(ref isGrowing) && Volatile.Read(ref buckets) == seen);
        return entry;
    }

    /// <summary>Adds an entry whose key is not there.</summary>
    public void Add(CacheEntry entry)
    {
        if (Count == buckets.Length)
        {
            Grow();
        }

        ref CacheEntry? head = ref buckets[(int)entry.Hash & (buckets.Length - 1)];
        entry.Next = head;
        Volatile.Write(ref head, entry);
        Count++;
    }

    /// <summary>Puts an entry in the place of another of the same key; a reader finds the one or the other.</summary>
    public readonly void Replace(CacheEntry old, CacheEntry entry)
    {
        entry.Next = old.Next;
        Volatile.Write(ref LinkTo(old), entry);
    }

    /// <summary>Takes an entry out.</summary>
    public void Remove(CacheEntry entry)
    {
        Volatile.Write(ref LinkTo(entry), entry.Next);
        Count--;
    }

    /// <summary>The first entry of the next chain in turn; each call goes on to another.</summary>
    public CacheEntry? NextChain()
    {
        sweepAt = (sweepAt + 1) & (buckets.Length - 1);
        return buckets[sweepAt];
    }

    private readonly ref CacheEntry? LinkTo(CacheEntry entry)
    {
        ref CacheEntry? link = ref buckets[(int)entry.Hash & (buckets.Length - 1)];
        while (link != entry)
        {
            link = ref link!.Next;
        }

        return ref link;
    }

    /// <summary>Twice as many chains: each splits in two, which keep its order.</summary>
    private void Grow()
    {
        CacheEntry?[] old = buckets, grown = new CacheEntry?[old.Length * 2];
        Volatile.Write(ref isGrowing, true);
        for (int i = 0; i < old.Length; i++)
        {
            ref CacheEntry? low = ref grown[i];
            ref CacheEntry? high = ref grown[i + old.Length];
            for (CacheEntry? entry = old[i]; entry is not null;)
            {
                CacheEntry? next = entry.Next;
                ref CacheEntry? tail = ref ((int)entry.Hash & old.Length) == 0 ? ref low : ref high;
                Volatile.Write(ref tail, entry);
                if (((int)entry.Hash & old.Length) == 0)
                {
                    low = ref entry.Next;
                }
                else
                {
                    high = ref entry.Next;
                }

                entry = next;
            }

            Volatile.Write(ref low, null);
            Volatile.Write(ref high, null);
        }

        Volatile.Write(ref buckets, grown);
        Volatile.Write(ref isGrowing, false);
    }
}
