namespace DaxProxy.Core.Caching.Group;

/// <summary>How members reach each other: a list of members with leases, and messages to all of them.</summary>
/// <remarks>
/// Any call may fail with any exception; it is then unknown whether it was done. Messages of one member reach every other in the order in
/// which they were announced; one may be lost only where <see cref="IGroupListener.OnLost"/> is called, then or later.
/// </remarks>
public interface IGroupChannel : IAsyncDisposable
{
    /// <summary>Opens the channel, or closes it and opens it again. All that is announced after this has returned is heard.</summary>
    Task OpenAsync(IGroupListener listener, CancellationToken cancellationToken);

    /// <summary>Begins a stay, in place of an older one of the same process.</summary>
    Task<Membership> JoinAsync(Stay stay);

    /// <summary>Makes the lease of a stay run from now, and sends a beat; null where the stay has ended, was struck or is not known.</summary>
    Task<Membership?> RenewAsync(Stay stay, GroupMessage beat);

    /// <summary>Sends a message to all; gives who was in the group when it was sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="doubt">How long a write of unknown outcome, of which it tells, may still arrive; zero for none.</param>
    Task<Membership> AnnounceAsync(GroupMessage message, TimeSpan doubt);

    /// <summary>Keeps a stay from being renewed; gives how much longer its lease runs.</summary>
    Task<(StrikeResult Result, TimeSpan Left)> StrikeAsync(Stay stay);

    /// <summary>Ends a stay of which nothing is left to be told.</summary>
    Task LeaveAsync(Stay stay);

    /// <summary>Acknowledges.</summary>
    Task AckAsync(GroupAck ack);
}
