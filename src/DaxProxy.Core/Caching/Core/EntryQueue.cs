namespace DaxProxy.Core.Caching.Core;

/// <summary>Entries in the order in which they came, and the bytes they take together. For one thread at a time.</summary>
internal sealed class EntryQueue
{
    private CacheEntry? newest;

    /// <summary>Next in line to leave; null when there is none.</summary>
    public CacheEntry? Oldest { get; private set; }

    /// <summary>What the entries take of the budget.</summary>
    public long Bytes { get; private set; }

    /// <summary>Puts an entry, which is in no queue, behind all others.</summary>
    public void Push(CacheEntry entry)
    {
        entry.Older = newest;
        if (newest is null)
        {
            Oldest = entry;
        }
        else
        {
            newest.Newer = entry;
        }

        newest = entry;
        Bytes += entry.EntryBytes;
    }

    /// <summary>Takes an entry, which is in this queue, out.</summary>
    public void Remove(CacheEntry entry)
    {
        if (entry.Newer is null)
        {
            newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        if (entry.Older is null)
        {
            Oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        // An entry that left long ago must not keep others alive.
        entry.Newer = null;
        entry.Older = null;
        Bytes -= entry.EntryBytes;
    }
}
