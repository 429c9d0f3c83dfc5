namespace DaxProxy.Core.Caching.Writes;

/// <summary>The other processes that cache what the same backend holds, as writes see them. Thread-safe.</summary>
public interface IPeers
{
    /// <summary>Whether a write that is sent now could be acknowledged.</summary>
    bool MayWrite { get; }

    /// <summary>
    /// Tells what a write did, once it can be read, and waits until it may be acknowledged. Does not throw, and cannot be cancelled.
    /// </summary>
    /// <param name="effects">What it means, not empty.</param>
    ValueTask<PeerAnswer> TellAsync(IReadOnlyList<PeerEffect> effects);
}
