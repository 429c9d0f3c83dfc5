namespace DaxProxy.Core.Caching.Writes;

/// <summary>What became of telling the peers of a write.</summary>
public enum PeerAnswer
{
    /// <summary>No peer answers from what was before the write: it may be acknowledged.</summary>
    Acknowledged,

    /// <summary>The same, but a peer was writing one of the items itself; what the write found there may have come from that write.</summary>
    Overlapped,

    /// <summary>Peers may answer from what was before, and it is not known for how long: the write must not be acknowledged.</summary>
    NotTold,
}
