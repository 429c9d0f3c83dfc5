using System.Net.Http.Headers;
using Amazon.Runtime;
using DaxProxy.Auth;

namespace DaxProxy.Backends.Remote;

/// <summary>Signs requests with the process's own credentials, as of the moment they are sent.</summary>
/// <remarks>
/// Thread-safe. Credentials are asked for once a second and renew themselves some minutes before they expire; a request that meets the
/// renewal waits for it. A clock that is wrong is corrected by what the backend says of its own.
/// </remarks>
internal sealed class RequestSigner(AWSCredentials credentials, string region, TimeProvider time)
{
    /// <summary>
    /// From how far apart two clocks are the difference counts. Source: what the AWS SDKs go by; the service's own limit is 15 minutes.
    /// </summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private SigningMoment? current;
    private long clockErrorTicks;

    /// <summary>Adds host, target, date, token and signature to a request.</summary>
    /// <param name="request">The request: its address and content type are set.</param>
    /// <param name="host">What is sent as <c>Host</c>.</param>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="contentType">The type of the body.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <returns>The instant that it is signed as of.</returns>
    /// <exception cref="RemoteFault">Expired credentials could not be renewed.</exception>
    public ValueTask<DateTimeOffset> SignAsync(
        HttpRequestMessage request, string host, string target, string contentType, ReadOnlyMemory<byte> body)
    {
        DateTimeOffset now = Now();
        if (Volatile.Read(ref current) is { } moment && moment.Second == now.ToUnixTimeSeconds())
        {
            Sign(request, moment, host, target, contentType, body.Span);
            return new ValueTask<DateTimeOffset>(now);
        }

        return RenewAndSignAsync(request, host, target, contentType, body);
    }

    /// <summary>Takes the backend's clock for the right one if ours was far from it.</summary>
    /// <param name="signedAt">The instant that a refused request was signed as of.</param>
    /// <param name="date">The backend's time in its answer; null where it does not tell.</param>
    /// <returns>Whether the same request, signed again, is dated by the backend's clock and was not before.</returns>
    public bool TryCorrectClock(DateTimeOffset signedAt, DateTimeOffset? date)
    {
        if (date is not { } theirs || (theirs - signedAt).Duration() <= ClockTolerance)
        {
            return false;
        }

        Volatile.Write(ref clockErrorTicks, (theirs - time.GetUtcNow()).Ticks);
        return true;
    }

    /// <summary>Whether a text repeats the token of the session that requests are signed with.</summary>
    public bool IsTokenIn(string text) =>
        Volatile.Read(ref current)?.Token is { Length: > 0 } token && text.Contains(token, StringComparison.Ordinal);

    private DateTimeOffset Now() => time.GetUtcNow() + new TimeSpan(Volatile.Read(ref clockErrorTicks));

    private async ValueTask<DateTimeOffset> RenewAndSignAsync(
        HttpRequestMessage request, string host, string target, string contentType, ReadOnlyMemory<byte> body)
    {
        ImmutableCredentials identity = await RenewAsync().ConfigureAwait(false);
        DateTimeOffset now = Now();
        SigningMoment moment = SigningMoment.Of(now, identity, region, Volatile.Read(ref current));
        Volatile.Write(ref current, moment);
        Sign(request, moment, host, target, contentType, body.Span);
        return now;
    }

    /// <summary>Where they come from decides what goes wrong there, so every exception counts.</summary>
    private async Task<ImmutableCredentials> RenewAsync()
    {
        try
        {
            return await credentials.GetCredentialsAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw new RemoteFault("There are no credentials to sign with", fault) { WasNeverSent = true };
        }
    }

    private static void Sign(
        HttpRequestMessage request, SigningMoment moment, string host, string target, string contentType, ReadOnlySpan<byte> body)
    {
        Span<char> signature = stackalloc char[2 * SignatureV4.SignatureBytes];
        moment.Sign(host, target, contentType, body, signature);
        HttpRequestHeaders headers = request.Headers;
        headers.TryAddWithoutValidation("Host", host);
        headers.TryAddWithoutValidation("X-Amz-Target", target);
        headers.TryAddWithoutValidation("X-Amz-Date", moment.Timestamp);
        if (moment.Token is not null)
        {
            headers.TryAddWithoutValidation("X-Amz-Security-Token", moment.Token);
        }

        headers.TryAddWithoutValidation(
            "Authorization", SignatureV4.Authorization(moment.AccessKeyId, moment.Scope, moment.SignedHeaders, signature));
    }
}
