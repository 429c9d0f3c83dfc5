using System.Security.Cryptography;

namespace DaxProxy.Auth;

/// <summary>
/// What is signed to open a connection of the DAX protocol: an empty POST to <c>/</c> of a host that does not exist, for the service
/// <c>dax</c>.
/// </summary>
/// <remarks>Pure functions, thread-safe. Both who signs and who verifies use it. Source: recorded sessions of the public clients.</remarks>
internal static class ConnectionForm
{
    /// <summary>What nearly all clients sign as the host.</summary>
    public const string Host = "dax.amazonaws.com";

    /// <summary>The name that the protocol is signed under.</summary>
    public const string Service = "dax";

    private const string SignedHeaders = "host;x-amz-date";

    /// <summary>SHA-256 of nothing.</summary>
    private static readonly byte[] EmptyHash = SHA256.HashData([]);

    /// <summary>Writes what a client signs that says it talks to this host. Returns its length.</summary>
    /// <param name="destination">Where to write it: <see cref="SignatureV4.MaxStringBytes"/> bytes.</param>
    /// <param name="host">The host.</param>
    /// <param name="timestamp">When: <c>20150830T123600Z</c>.</param>
    /// <param name="scope">What for.</param>
    public static int WriteStringToSign(Span<byte> destination, string host, string timestamp, string scope)
    {
        CanonicalRequest request = CanonicalRequest.Begin("POST", "/", "");
        request.AddHeader("host", host);
        request.AddHeader("x-amz-date", timestamp);
        request.End(SignedHeaders, EmptyHash);
        return SignatureV4.WriteStringToSign(destination, timestamp, scope, request.Bytes);
    }
}
