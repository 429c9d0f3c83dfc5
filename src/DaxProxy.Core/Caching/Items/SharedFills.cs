using System.Collections.Concurrent;
using DaxProxy.Core.Caching.Fetching;

namespace DaxProxy.Core.Caching.Items;

/// <summary>The fetches under way, so that readers that miss one key at one time ask once.</summary>
/// <remarks>
/// A fetch is joined only under the fence version under which it began: a reader that comes after a write has begun or ended there starts
/// another fetch. That takes the place of the first. Thread-safe.
/// </remarks>
internal sealed class SharedFills(KeyFences fences, StaleWait patience)
{
    private readonly ConcurrentDictionary<CacheKey, Fill> running = new();

    /// <summary>How many there are.</summary>
    public int Count => running.Count;

    /// <summary>The fetch of this key to wait for; <paramref name="isNew"/> if it is the caller's to run.</summary>
    public Fill Join(in CacheKey key, out bool isNew)
    {
        using KeyFences.Held fence = fences.Enter(key.Stripe);
        if (running.TryGetValue(key, out Fill? fill) && fill.Version == fence.Version)
        {
            isNew = false;
            return fill;
        }

        bool mayStore = fence.TryTakeTicket(out FillTicket ticket);
        fill = new Fill(key, fence.Version, mayStore ? ticket : null, fence.IsSettled(), patience.Now);
        running[key] = fill;
        isNew = true;
        return fill;
    }

    /// <summary>No one may join this fetch any more.</summary>
    public void Close(Fill fill) => running.TryRemove(KeyValuePair.Create(fill.Key, fill));

    /// <summary>One fetch: a key, the right to store what comes, and those who wait.</summary>
    internal sealed class Fill(CacheKey key, long version, FillTicket? ticket, bool isSettled, long begunAt)
        : TaskCompletionSource<FillResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public CacheKey Key { get; } = key;

        public long Version { get; } = version;

        public FillTicket? Ticket { get; } = ticket;

        /// <summary>When it was begun, as <see cref="StaleWait"/> counts.</summary>
        public long BegunAt { get; } = begunAt;

        /// <summary>Whether an eventually consistent read sees all writes that have ended.</summary>
        public bool IsSettled { get; } = isSettled;
    }
}
