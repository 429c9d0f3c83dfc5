using System.Collections.Frozen;
using DaxProxy.Core.Errors;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends.Remote;

/// <summary>
/// Refusals of what the proxy itself signs with. They keep their names, so that clients do not repeat what cannot succeed, but not their texts: those
/// would blame the client, whose signature never gets there, and one of them quotes the request with the proxy's session token.
/// </summary>
/// <remarks>Thread-safe. Source: the names are those of the service's authentication errors; the text is ours.</remarks>
internal sealed class CredentialFaults(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "MissingAuthenticationTokenException",
        "ExpiredTokenException");

    private long loggedAt;

    /// <summary>Whether the backend did not accept the proxy's signature.</summary>
    public static bool IsOne(DynamoError error) => Names.Contains(error.Name);

    /// <summary>What the client is told; the log is told why, once a minute at most, as every request meets the same.</summary>
    public DynamoError Report(DynamoError error)
    {
        long last = Volatile.Read(ref loggedAt), now = time.GetTimestamp();
        if ((last == 0 || time.GetElapsedTime(last, now) > LogInterval) && Interlocked.CompareExchange(ref loggedAt, now, last) == last)
        {
            // The lines after the first quote the request.
            Log.CredentialsRefused(logger, error.Name, (error.Message ?? "").Split('\n')[0]);
        }

        return error with
        {
            Message = "The backend does not accept the credentials of this proxy; those of the client are not at fault. The proxy's log says more.",
        };
    }
}
