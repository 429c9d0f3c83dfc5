using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;

namespace DaxProxy.Auth;

/// <summary>Verifies who opens connections of the DAX protocol, with the keys of a store.</summary>
/// <remarks>
/// Thread-safe. What is signed (<see cref="ConnectionForm"/>) names no connection, so it holds for any of that time. Refused with what the
/// JSON protocol says of the same fault.
/// </remarks>
/// <param name="keys">The keys.</param>
/// <param name="sessions">The sessions of roles; null where there are none.</param>
/// <param name="region">The region that signatures must be for.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionVerifier(KeyStore keys, Sessions? sessions, string region, TimeProvider time)
{
    /// <summary>
    /// How long a connection may go on without saying again who it is. Source: the clients say it again after less than that.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>What the clients sign as the host; those written in Go leave the scheme in it.</summary>
    private static readonly string[] Hosts = [ConnectionForm.Host, "https://" + ConnectionForm.Host];

    /// <summary>What is wrong with an authorization; null when it is true.</summary>
    /// <param name="authorization">The authorization.</param>
    /// <param name="caller">Whose key it was made with; of a true one only.</param>
    public DynamoError? Check(ConnectionAuthorization authorization, out Identity? caller)
    {
        caller = null;
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
        if (scope != $"{timestamp[..8]}/{region}/{ConnectionForm.Service}/{SignatureV4.Terminator}"
            || (authorization.SessionToken is not null && sessions is null))
        {
            return SignatureFaults.UnknownKey;
        }

        AccessKey? key;
        DynamoError? unknown = authorization.SessionToken is { } token
            ? sessions!.TryFind(authorization.AccessKeyId, token, out key)
            : keys.TryFind(authorization.AccessKeyId, out key) ? null : SignatureFaults.UnknownKey;
        if (unknown is not null)
        {
            return unknown;
        }

        Span<byte> signature = stackalloc byte[SignatureV4.SignatureBytes];
        key!.KeyFor(scope).Sign(authorization.StringToSign, signature);
        if (!SignatureV4.IsGiven(signature, authorization.Signature)
            || !Hosts.Any(host => IsOf(host, timestamp, scope, authorization.StringToSign)))
        {
            return SignatureFaults.UnknownKey;
        }

        caller = key.Identity;
        return null;
    }

    /// <summary>Whether this is what a client signs that says it talks to this host; otherwise it was signed for something else.</summary>
    private static bool IsOf(string host, string timestamp, string scope, ReadOnlySpan<byte> stringToSign)
    {
        Span<byte> expected = stackalloc byte[SignatureV4.MaxStringBytes(scope)];
        return stringToSign.SequenceEqual(expected[..ConnectionForm.WriteStringToSign(expected, host, timestamp, scope)]);
    }
}
