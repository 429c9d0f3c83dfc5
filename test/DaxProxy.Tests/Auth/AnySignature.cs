using System.Security.Cryptography;
using DaxProxy.Auth;

namespace DaxProxy.Tests.Auth;

/// <summary>Signs requests with whatever headers a test has chosen.</summary>
internal static class AnySignature
{
    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="headers">
    /// The signed headers: names in lower case and in ordinal order. <c>host</c> and <c>x-amz-date</c> are among them.
    /// </param>
    /// <param name="body">The body as it is sent.</param>
    /// <param name="scope">What the signature is good for.</param>
    /// <param name="accessKeyId">Name of the secret.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="timestamp">The value of <c>x-amz-date</c>.</param>
    public static string Authorization(
        string method, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, string scope, string accessKeyId,
        string secret, string timestamp)
    {
        string signedHeaders = string.Join(';', headers.Select(header => header.Key));
        CanonicalRequest request = CanonicalRequest.Begin(method, "/", "");
        foreach ((string name, string value) in headers)
        {
            request.AddHeader(name, value);
        }

        request.End(signedHeaders, SHA256.HashData(body));
        Span<char> signature = stackalloc char[2 * SignatureV4.SignatureBytes];
        SignatureV4.Sign(request, timestamp, scope, new SigningKey(SignatureV4.DeriveKey(secret, scope)), signature);
        return SignatureV4.Authorization(accessKeyId, scope, signedHeaders, signature);
    }
}
