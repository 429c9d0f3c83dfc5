using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;

namespace DaxProxy.Auth;

/// <summary>Verifies who opens connections of the DAX protocol, with the keys of a store.</summary>
/// <remarks>
/// Thread-safe. What is signed is an empty POST to <c>/</c> of a host that does not exist, for the service <c>dax</c>, so it holds for any
/// connection of that time. Refused with what the JSON protocol says of the same fault. Source: recorded sessions of the public clients.
/// </remarks>
/// <param name="keys">The keys.</param>
/// <param name="region">The region that signatures must be for.</param>
/// <param name="time">The clock.</param>
public sealed class ConnectionVerifier(KeyStore keys, string region, TimeProvider time)
{
    /// <summary>How long a connection may go on without saying again who it is. Source: the clients say it again after less than that.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Service = "dax";
    private const string SignedHeaders = "host;x-amz-date";

    /// <summary>SHA-256 of nothing.</summary>
    private static readonly byte[] EmptyHash = SHA256.HashData([]);

    /// <summary>What the clients sign as the host; those written in Go leave the scheme in it.</summary>
    private static readonly string[] Hosts = ["dax.amazonaws.com", "https://dax.amazonaws.com"];

    /// <summary>What is wrong with an authorization; null when it is true.</summary>
    public DynamoError? Check(ConnectionAuthorization authorization)
    {
        string stringToSign = Encoding.UTF8.GetString(authorization.StringToSign);
        if (stringToSign.Split('\n') is not [SignatureV4.Algorithm, string timestamp, string scope, string])
        {
            return SignatureFaults.UnknownKey;
        }

        if (SignatureTime.Check(timestamp, time.GetUtcNow()) is { } untimely)
        {
            return untimely;
        }

        // A scope that is good for something else, or for no day, is kept away from the keys, which remember those they were asked for.
        if (scope != $"{timestamp[..8]}/{region}/{Service}/{SignatureV4.Terminator}" || authorization.SessionToken is not null || !keys.TryFind(authorization.AccessKeyId, out AccessKey? key))
        {
            return SignatureFaults.UnknownKey;
        }

        Span<byte> signature = stackalloc byte[SignatureV4.SignatureBytes];
        key.KeyFor(scope).Sign(authorization.StringToSign, signature);
        return SignatureV4.IsGiven(signature, authorization.Signature) && Hosts.Any(host => IsOf(host, timestamp, scope, authorization.StringToSign))
            ? null
            : SignatureFaults.UnknownKey;
    }

    /// <summary>Whether this is what a client signs that says it talks to this host; otherwise it was signed for something else.</summary>
    private static bool IsOf(string host, string timestamp, string scope, ReadOnlySpan<byte> stringToSign)
    {
        CanonicalRequest request = CanonicalRequest.Begin("POST", "/", "");
        request.AddHeader("host", host);
        request.AddHeader("x-amz-date", timestamp);
        request.End(SignedHeaders, EmptyHash);
        Span<byte> expected = stackalloc byte[SignatureV4.MaxStringBytes(scope)];
        return stringToSign.SequenceEqual(expected[..SignatureV4.WriteStringToSign(expected, timestamp, scope, request.Bytes)]);
    }
}
