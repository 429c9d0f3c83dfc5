using System.Security.Cryptography;
using Amazon.Runtime;

namespace DaxProxy.Auth;

/// <summary>What all requests of one second are signed with.</summary>
/// <remarks>Immutable and thread-safe. The secret is only compared; it does not leave the object.</remarks>
internal sealed class SigningMoment
{
    /// <summary>The name that DynamoDB and DynamoDB Streams are signed under.</summary>
    public const string Service = "dynamodb";

    private const string PlainHeaders = "content-type;host;x-amz-date;x-amz-target";
    private const string SessionHeaders = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";

    private readonly string secret;
    private readonly SigningKey key;

    private SigningMoment(DateTimeOffset instant, string scope, ImmutableCredentials identity, SigningKey key)
    {
        secret = identity.SecretKey;
        this.key = key;
        Second = instant.ToUnixTimeSeconds();
        Timestamp = SignatureV4.Timestamp(instant);
        Scope = scope;
        AccessKeyId = identity.AccessKey;
        Token = identity.UseToken ? identity.Token : null;
    }

    /// <summary>Seconds since 1970.</summary>
    public long Second { get; }

    /// <summary>The value of <c>x-amz-date</c>: <c>20150830T123600Z</c>.</summary>
    public string Timestamp { get; }

    /// <summary>What the signature is good for: <c>20150830/us-east-1/dynamodb/aws4_request</c>.</summary>
    public string Scope { get; }

    /// <summary>Name of the secret.</summary>
    public string AccessKeyId { get; }

    /// <summary>The token of a session; null where the key needs none.</summary>
    public string? Token { get; }

    /// <summary>Names of the headers that are signed, with semicolons between them.</summary>
    public string SignedHeaders => Token is null ? PlainHeaders : SessionHeaders;

    /// <summary>The moment of an instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="identity">The credentials at that time.</param>
    /// <param name="region">The region to sign for.</param>
    /// <param name="last">
    /// A moment before, whose derived key is used again unless the day or the credentials have changed; null for none.
    /// </param>
    public static SigningMoment Of(DateTimeOffset instant, ImmutableCredentials identity, string region, SigningMoment? last)
    {
        string scope = SignatureV4.Scope(instant, region, Service);
        SigningKey key = last is not null && last.Scope == scope && last.secret == identity.SecretKey
            ? last.key
            : new SigningKey(SignatureV4.DeriveKey(identity.SecretKey, scope));
        return new SigningMoment(instant, scope, identity, key);
    }

    /// <summary>Signs a POST to <c>/</c> with the headers of <see cref="SignedHeaders"/>.</summary>
    /// <param name="host">What is sent as <c>Host</c>.</param>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="contentType">The type of the body.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <param name="signature">Where to put twice <see cref="SignatureV4.SignatureBytes"/> hexadecimal digits.</param>
    public void Sign(string host, string target, string contentType, ReadOnlySpan<byte> body, Span<char> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Digest.Of(body, hash);
        CanonicalRequest request = CanonicalRequest.Begin("POST", "/", "");
        request.AddHeader("content-type", contentType);
        request.AddHeader("host", host);
        request.AddHeader("x-amz-date", Timestamp);
        if (Token is not null)
        {
            request.AddHeader("x-amz-security-token", Token);
        }

        request.AddHeader("x-amz-target", target);
        request.End(SignedHeaders, hash);
        SignatureV4.Sign(request, Timestamp, Scope, key, signature);
    }
}
