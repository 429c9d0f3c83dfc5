namespace DaxProxy.Core.Operations;

/// <summary>
/// The answer to a request that was carried out, and that its client must not get: the connection ends instead. Only what simulates faults
/// makes it.
/// </summary>
/// <param name="unsent">The answer.</param>
public sealed class LostReply(Reply unsent) : Reply
{
    /// <summary>The answer that is not sent.</summary>
    public Reply Unsent { get; } = unsent;
}
