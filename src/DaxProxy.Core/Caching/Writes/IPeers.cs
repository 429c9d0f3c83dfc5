namespace DaxProxy.Core.Caching.Writes;

/// <summary>The other processes that cache what the same backend holds, as writes see them. Thread-safe.</summary>
public interface IPeers
{
    /// <summary>Whether a write that is sent now could be acknowledged.</summary>
    /// <param name="tableNames">Names or ARNs of the tables that it may change, not empty; null for any.</param>
    bool MayWrite(IReadOnlyList<string>? tableNames);

    /// <summary>
    /// Waits until everything has been heard that peers had told when this was called. False where that cannot be known now, or not soon.
    /// </summary>
    ValueTask<bool> CatchUpAsync();

    /// <summary>
    /// Tells what a write did, once it can be read, and waits until it may be acknowledged. Does not throw, and cannot be cancelled.
    /// </summary>
    /// <param name="effects">What it means, not empty.</param>
    /// <param name="widen">
    /// Called where a peer was writing one of the items itself, so that the write may have found there what is told of later: gives what
    /// is to be told then. May be called after this has returned. Null where there is nothing more to say.
    /// </param>
    /// <returns>
    /// Whether the write may be acknowledged; false where peers may answer from what was before it, and it is not known for how long.
    /// </returns>
    ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen = null);

    /// <summary>
    /// Tells what was written past all processes, and waits until no peer answers from what was before it. Does not throw, and cannot be
    /// cancelled.
    /// </summary>
    /// <param name="effects">What it means, not empty.</param>
    /// <returns>Whether that is so; false where it is not known.</returns>
    ValueTask<bool> ConfirmAsync(IReadOnlyList<PeerEffect> effects);
}
