using System.Security.Cryptography;
using System.Text;
using DaxProxy.Auth;

namespace DaxProxy.Conformance.Policies;

/// <summary>The headers that a signed request has beside those that every one has.</summary>
/// <param name="Authorization">The signature.</param>
/// <param name="Timestamp">When it was made: <c>X-Amz-Date</c>.</param>
internal sealed record SignedHead(string Authorization, string Timestamp)
{
    /// <summary>Signs a request.</summary>
    /// <param name="key">The key.</param>
    /// <param name="service">The service that it is signed for.</param>
    /// <param name="host">The host.</param>
    /// <param name="contentType">Its content type.</param>
    /// <param name="target">The operation; null for a request that names none in its head.</param>
    /// <param name="body">Its body.</param>
    /// <param name="now">The time.</param>
    public static SignedHead Of(
        SessionCredentials key, string service, string host, string contentType, string? target, byte[] body, DateTimeOffset now)
    {
        string timestamp = SignatureV4.Timestamp(now), scope = SignatureV4.Scope(now, "us-east-1", service);
        bool hasToken = key.SessionToken.Length > 0;
        string signed = "content-type;host;x-amz-date" + (hasToken ? ";x-amz-security-token" : "") + (target is null ? "" : ";x-amz-target");
        CanonicalRequest canonical = CanonicalRequest.Begin("POST", "/", "");
        canonical.AddHeader("content-type", contentType);
        canonical.AddHeader("host", host);
        canonical.AddHeader("x-amz-date", timestamp);
        if (hasToken)
        {
            canonical.AddHeader("x-amz-security-token", key.SessionToken);
        }

        if (target is not null)
        {
            canonical.AddHeader("x-amz-target", target);
        }

        canonical.End(signed, SHA256.HashData(body));
        char[] signature = new char[2 * SignatureV4.SignatureBytes];
        SignatureV4.Sign(canonical, timestamp, scope, new SigningKey(SignatureV4.DeriveKey(key.SecretAccessKey, scope)), signature);
        return new SignedHead(SignatureV4.Authorization(key.AccessKeyId, scope, signed, signature), timestamp);
    }

    /// <summary>The head of a request over HTTP/1.1.</summary>
    public byte[] ToBytes(SessionCredentials key, string host, string contentType, string? target, int length) => Encoding.Latin1.GetBytes(
        $"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: {contentType}\r\nX-Amz-Date: {Timestamp}\r\nAuthorization: {Authorization}\r\n"
        + (target is null ? "" : $"X-Amz-Target: {target}\r\n")
        + (key.SessionToken.Length == 0 ? "" : $"X-Amz-Security-Token: {key.SessionToken}\r\n")
        + $"Content-Length: {length}\r\n\r\n");
}
