using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Core;

/// <summary>A part of a <see cref="CacheCore{TEntry}"/> with a budget of its own: who comes in, who stays, who goes (S3-FIFO).</summary>
/// <remarks>
/// Two queues. Newcomers wait in a small one; those asked for again while they wait pass on to the main one, the others leave and are
/// remembered for a while: who comes back in that time goes to the main queue at once. At the end of the main queue, who was asked for gets
/// another turn. So a scan passes through the small queue and does no harm. Source: Yang et al., "FIFO queues are all you need for cache
/// eviction", SOSP 2023; what differs is said in <c>DESIGN.md</c>.
/// <para>
/// Looking up takes no lock. Everything else happens inside <c>gate</c>, which is a leaf: nothing but <see cref="CacheEntry.OnLeft"/> and
/// <see cref="CacheEntry.IsVoid"/> is called there.
/// </para>
/// </remarks>
internal sealed class CacheShard(long maxBytes, TimeProvider time)
{
    /// <summary>The largest share of the budget that one entry may take: an eighth.</summary>
    internal const int LeastEntries = 8;

    private const int SmallShare = 10;
    private const int UsesToPass = 2;
    private const int MaxSecondChances = 64;
    private const int SweptChains = 4;

    private readonly Lock gate = new();
    private readonly EntryQueue small = new();
    private readonly EntryQueue main = new();
    private readonly Ghosts ghosts = new();
    private EntryTable table = new();

    /// <summary>How many entries there are, the expired among them included.</summary>
    public int Count => table.Count;

    /// <summary>What they take of the budget.</summary>
    public long Bytes => small.Bytes + main.Bytes;

    /// <summary>The entry of a key, unless it has expired.</summary>
    public CacheEntry? Find(ulong hash, ReadOnlySpan<byte> key)
    {
        CacheEntry? entry = table.Find(hash, key, out bool isCertain);
        if (entry is null)
        {
            return isCertain ? null : FindInside(hash, key);
        }

        if (entry.IsExpired(time))
        {
            return null;
        }

        entry.CountUse();
        return entry;
    }

    /// <summary>The entry of a key, if its life has ended and its grace has not.</summary>
    public CacheEntry? FindStale(ulong hash, ReadOnlySpan<byte> key)
    {
        long now = time.GetUtcNow().UtcTicks;
        lock (gate)
        {
            CacheEntry? entry = table.Find(hash, key, out _);
            if (entry is null || !entry.IsInGrace(now))
            {
                return null;
            }

            entry.CountUse();
            entry.IsWanted = true;
            return entry;
        }
    }

    /// <summary>The entry of a key, expired or not, which does not count as asked for.</summary>
    public CacheEntry? Look(ulong hash, ReadOnlySpan<byte> key)
    {
        lock (gate)
        {
            return table.Find(hash, key, out _);
        }
    }

    /// <summary>Stores an entry in the place of any other of its key. False if it is too large: the key is then empty.</summary>
    public bool Store(CacheEntry entry)
    {
        long now = time.GetUtcNow().UtcTicks;
        lock (gate)
        {
            bool isTooLarge = entry.EntryBytes > maxBytes / LeastEntries;
            Sweep(isTooLarge ? 0 : entry.EntryBytes, now);
            CacheEntry? old = table.Find(entry.Hash, entry.Key, out _);
            if (isTooLarge)
            {
                Drop(old, RemovalReason.Removed);
                return false;
            }

            Put(entry, old, now);
            return true;
        }
    }

    /// <summary>
    /// Puts an entry that says the same in the place of another one, if that is still there, and in time to be asked for; false, with
    /// nothing changed, if not, or if the new one is too large.
    /// </summary>
    public bool TryReplace(CacheEntry old, CacheEntry entry)
    {
        long now = time.GetUtcNow().UtcTicks;
        lock (gate)
        {
            if (entry.EntryBytes > maxBytes / LeastEntries
                || !ReferenceEquals(table.Find(old.Hash, old.Key, out _), old) || old.IsVoid || old.IsExpired(now))
            {
                return false;
            }

            Put(entry, old, now);
            return true;
        }
    }

    /// <summary>Removes the entry of a key. False if there was none.</summary>
    public bool Remove(ulong hash, ReadOnlySpan<byte> key)
    {
        lock (gate)
        {
            CacheEntry? entry = table.Find(hash, key, out _);
            Drop(entry, RemovalReason.Removed);
            return entry is not null;
        }
    }

    /// <summary>Removes the entries that match; looks at all of them.</summary>
    public void RemoveWhere(Predicate<CacheEntry> matches)
    {
        lock (gate)
        {
            foreach (EntryQueue queue in (ReadOnlySpan<EntryQueue>)[small, main])
            {
                for (CacheEntry? entry = queue.Oldest; entry is not null;)
                {
                    CacheEntry? next = entry.Newer;
                    if (matches(entry))
                    {
                        Drop(entry, RemovalReason.Removed);
                    }

                    entry = next;
                }
            }
        }
    }

    private void Put(CacheEntry entry, CacheEntry? old, long now)
    {
        if (old is not null)
        {
            QueueOf(old).Remove(old);
        }

        MakeRoom(entry.EntryBytes, now);
        if (old is not null)
        {
            entry.IsMain = old.IsMain;
            entry.Uses = old.Uses;
            table.Replace(old, entry);
            old.OnLeft(old.IsExpired(now) ? RemovalReason.Expired : RemovalReason.Replaced);
        }
        else
        {
            entry.IsMain = ghosts.TryTake(entry.Hash);
            table.Add(entry);
        }

        QueueOf(entry).Push(entry);
    }

    private CacheEntry? FindInside(ulong hash, ReadOnlySpan<byte> key)
    {
        lock (gate)
        {
            CacheEntry? entry = table.Find(hash, key, out _);
            return entry is null || entry.IsExpired(time) ? null : entry;
        }
    }

    private EntryQueue QueueOf(CacheEntry entry) => entry.IsMain ? main : small;

    /// <summary>
    /// Looks at a few entries in turn. Lets go of those that are of no use, or of less use than the one to come.
    /// </summary>
    private void Sweep(int bytes, long now)
    {
        for (int i = 0; i < SweptChains; i++)
        {
            for (CacheEntry? entry = table.NextChain(); entry is not null;)
            {
                CacheEntry? next = entry.Next;
                if (WhyUseless(entry, bytes, now) is { } why)
                {
                    Drop(entry, why);
                }

                entry = next;
            }
        }
    }

    /// <summary>
    /// Why an entry may go before all that live; null if it may not. An entry in its grace may go as soon as so many bytes are not free,
    /// unless a reader asked for it since the last look at it.
    /// </summary>
    private RemovalReason? WhyUseless(CacheEntry entry, int bytes, long now)
    {
        if (entry.IsVoid)
        {
            return RemovalReason.Voided;
        }

        if (!entry.IsInGrace(now))
        {
            return entry.IsExpired(now) ? RemovalReason.Expired : null;
        }

        bool mayGo = Bytes + bytes > maxBytes && !entry.IsWanted;
        entry.IsWanted &= Bytes + bytes <= maxBytes;
        return mayGo ? RemovalReason.Expired : null;
    }

    /// <summary>
    /// Lets entries go until so many bytes are free. A bounded number gets a second chance, then it is the oldest's turn.
    /// </summary>
    private void MakeRoom(int bytes, long now)
    {
        int chances = MaxSecondChances;
        while (Bytes + bytes > maxBytes)
        {
            bool fromSmall = main.Oldest is null || (small.Oldest is not null && small.Bytes * SmallShare > maxBytes);
            CacheEntry entry = (fromSmall ? small.Oldest : main.Oldest)!;
            RemovalReason? useless = WhyUseless(entry, bytes, now);
            if (useless is null && entry.Uses >= (fromSmall ? UsesToPass : 1) && chances-- > 0)
            {
                QueueOf(entry).Remove(entry);
                entry.Uses = fromSmall ? (byte)0 : (byte)(entry.Uses - 1);
                entry.IsMain = true;
                main.Push(entry);
            }
            else
            {
                Drop(entry, useless ?? RemovalReason.Evicted);
            }
        }
    }

    private void Drop(CacheEntry? entry, RemovalReason why)
    {
        if (entry is null)
        {
            return;
        }

        // Who was in the main queue and is not there for another reason than lack of use keeps its place should it come back.
        if (why != RemovalReason.Voided && entry.IsMain != (why == RemovalReason.Evicted))
        {
            ghosts.Add(entry.Hash, table.Buckets / 2);
        }

        QueueOf(entry).Remove(entry);
        table.Remove(entry);
        entry.OnLeft(why);
    }
}
