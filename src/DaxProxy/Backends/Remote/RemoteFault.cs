using DaxProxy.Telemetry;

namespace DaxProxy.Backends.Remote;

/// <summary>The backend could not be reached, did not answer in time, or answered what cannot be relied on.</summary>
/// <remarks>
/// Never leaves this folder: it becomes DynamoDB's own <c>InternalServerError</c>, which for a write means that its outcome is unknown.
/// </remarks>
internal sealed class RemoteFault(string message, Exception? cause = null) : PlainFault(message, cause)
{
    /// <summary>Whether no backend can have had the whole request, so that it certainly did nothing.</summary>
    public bool WasNeverSent { get; init; }
}
