using Amazon.Runtime;
using DaxProxy.Auth;

namespace DaxProxy.Backends.Remote;

/// <summary>Signs requests with the process's own credentials, as of the moment they are sent.</summary>
/// <remarks>
/// Thread-safe. The credentials renew themselves some minutes before they expire; a request that meets the renewal waits for it. The derived
/// key is kept until the day or the credentials change. A clock that is wrong is corrected by what the backend says of its own.
/// </remarks>
public sealed class RequestSigner(AWSCredentials credentials, string region, TimeProvider time)
{
    /// <summary>The name that DynamoDB and DynamoDB Streams are signed under.</summary>
    public const string Service = "dynamodb";

    /// <summary>From how far apart two clocks are the difference counts. Source: what the AWS SDKs go by; the service's own limit is 15 minutes.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private DerivedKey? current;
    private long clockErrorTicks;

    /// <summary>Adds date, token and signature to a request to which nothing else is added.</summary>
    /// <param name="request">The request: its address, target and content type are set.</param>
    /// <param name="host">What is sent as <c>Host</c>.</param>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="contentType">The type of the body.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <returns>The instant that it is signed as of.</returns>
    /// <exception cref="AmazonClientException">Expired credentials could not be renewed.</exception>
    public async ValueTask<DateTimeOffset> SignAsync(HttpRequestMessage request, string host, string target, string contentType, ReadOnlyMemory<byte> body)
    {
        ImmutableCredentials identity = await credentials.GetCredentialsAsync().ConfigureAwait(false);
        DateTimeOffset now = time.GetUtcNow() + new TimeSpan(Volatile.Read(ref clockErrorTicks));
        string timestamp = SignatureV4.Timestamp(now);
        List<KeyValuePair<string, string>> headers = [new("content-type", contentType), new("host", host), new("x-amz-date", timestamp)];
        if (identity.UseToken)
        {
            headers.Add(new("x-amz-security-token", identity.Token));
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", identity.Token);
        }

        headers.Add(new("x-amz-target", target));
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", timestamp);
        DerivedKey key = KeyFor(identity.SecretKey, SignatureV4.Scope(now, region, Service));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            SignatureV4.Authorization("POST", "/", headers, body.Span, key.Scope, identity.AccessKey, key.Key, timestamp));
        return now;
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

    private DerivedKey KeyFor(string secret, string scope)
    {
        DerivedKey? key = current;
        if (key is null || key.Scope != scope || key.Secret != secret)
        {
            current = key = new DerivedKey(secret, scope, new SigningKey(SignatureV4.DeriveKey(secret, scope)));
        }

        return key;
    }

    private sealed record DerivedKey(string Secret, string Scope, SigningKey Key);
}
