namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// Items that other processes in front of the same backend have fetched, as misses see them. Thread-safe; nothing throws.
/// </summary>
public interface ISharedItems
{
    /// <summary>
    /// Looks for an item that is not older than any write that had been acknowledged, through whichever process, when this was called.
    /// Where there is none, gives the right to share what is fetched from now on. Does not wait for long.
    /// </summary>
    ValueTask<SharedLook> LookAsync(CacheKey key);

    /// <summary>Shares what was fetched under a right, unless something was written meanwhile. No caller waits for it.</summary>
    void Share(CacheKey key, string ticket, CachedItem item);

    /// <summary>Ends what is shared of a key: it may be as old as what a writer did not expect.</summary>
    void Forget(CacheKey key);
}
