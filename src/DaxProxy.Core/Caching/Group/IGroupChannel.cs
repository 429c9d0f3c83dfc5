namespace DaxProxy.Core.Caching.Group;

/// <summary>
/// How members reach each other: a list of members with leases, messages to all of them, and items that they keep for each other.
/// </summary>
/// <remarks>
/// Any call may fail with any exception; it is then unknown whether it was done. Messages of one member reach every other in the order in
/// which they were announced; one may be lost only where <see cref="IGroupListener.OnLost"/> is called, then or later. All that is done
/// between an opening and the next is done by one server, as one process of it; if that ends, it fails.
/// </remarks>
public interface IGroupChannel : IAsyncDisposable
{
    /// <summary>Opens the channel, or closes it and opens it again. All that is announced after this has returned is heard.</summary>
    Task OpenAsync(IGroupListener listener, CancellationToken cancellationToken);

    /// <summary>Begins a stay, in place of an older one of the same process.</summary>
    /// <param name="stay">The stay.</param>
    /// <param name="isReturn">
    /// Whether the process was in the group before: what it has written since was not told. Nothing that is shared now is given any more.
    /// </param>
    Task<Membership> JoinAsync(Stay stay, bool isReturn);

    /// <summary>
    /// Makes the lease of a stay run from now, and sends a beat; null where the stay has ended, was struck or is not known.
    /// </summary>
    /// <param name="stay">The stay.</param>
    /// <param name="beat">The beat.</param>
    /// <param name="address">Where clients of the process reach it (<see cref="Member.Address"/>).</param>
    /// <param name="quiet">For how long no items are shared; zero for no longer than before.</param>
    Task<Membership?> RenewAsync(Stay stay, GroupMessage beat, string address, TimeSpan quiet);

    /// <summary>Sends a message to all; gives who was in the group when it was sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="doubt">How long a write of unknown outcome that the message tells about may still arrive; zero for none.</param>
    /// <param name="raise">What becomes of shared items in the same step; null where none are shared.</param>
    Task<Membership> AnnounceAsync(GroupMessage message, TimeSpan doubt, SharedRaise? raise);

    /// <summary>Keeps a stay from being renewed; gives how much longer its lease runs.</summary>
    Task<(StrikeResult Result, TimeSpan Left)> StrikeAsync(Stay stay);

    /// <summary>Ends a stay that has nothing left to tell.</summary>
    Task LeaveAsync(Stay stay);

    /// <summary>Acknowledges.</summary>
    Task AckAsync(GroupAck ack);

    /// <summary>
    /// Sends a message to this process itself, behind all that was announced before (<see cref="IGroupListener.OnEcho"/>).
    /// </summary>
    Task EchoAsync(string word);

    /// <summary>
    /// Looks up a shared value; where there is none, gives the right to store one that is fetched from now on. Does not wait for long.
    /// </summary>
    /// <param name="key">The key of an item (<see cref="SharedRaise.KeyOf"/>).</param>
    /// <param name="ticket">A text that was never used before, for the right.</param>
    Task<SharedAnswer> LookAsync(string key, string ticket);

    /// <summary>Shares a value under a right, unless the right has ended.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ticket">The right, from <see cref="LookAsync"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="life">How long it may be given.</param>
    Task StoreAsync(string key, string ticket, byte[] value, TimeSpan life);

    /// <summary>Ends a shared value and the rights to store it. Looks that this process asks for later come behind it.</summary>
    Task ForgetAsync(string key);
}
