using System.Collections.Frozen;
using DaxProxy.Core.Errors;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends.Remote;

/// <summary>
/// Refusals of what the proxy itself signs with. They keep their names, so that clients do not repeat what cannot succeed, but not their
/// texts: those would blame the client, whose signature never gets there, and one of them quotes the request with the proxy's session
/// token.
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

    /// <summary>Whether the backend did not accept the proxy's signature, or for any reason repeats the token of its session.</summary>
    /// <param name="error">What the backend answered.</param>
    /// <param name="signer">Who signed the request.</param>
    public static bool IsOne(DynamoError error, RequestSigner signer) =>
        Names.Contains(error.Name) || (error.Message is { } text && signer.IsTokenIn(text));

    /// <summary>What the client is told; the log is told why, once a minute at most, as every request meets the same.</summary>
    /// <param name="error">The refusal.</param>
    /// <param name="requestId">The backend's id of the request; null where it gave none.</param>
    public DynamoError Report(DynamoError error, string? requestId)
    {
        long last = Volatile.Read(ref loggedAt), now = time.GetTimestamp();
        if ((last == 0 || time.GetElapsedTime(last, now) > LogInterval) && Interlocked.CompareExchange(ref loggedAt, now, last) == last)
        {
            Log.CredentialsRefused(logger, FaultText.Code(error.Name), error.StatusCode, FaultText.Code(requestId));
        }

        return error with
        {
            Message = "The backend does not accept the credentials of this proxy; those of the client are not at fault. "
                + "The proxy's log says more.",
        };
    }
}
