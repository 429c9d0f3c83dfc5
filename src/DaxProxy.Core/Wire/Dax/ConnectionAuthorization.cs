using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>Who opens a connection, and the proof: what <c>authorizeConnection</c> carries.</summary>
/// <remarks>
/// The proof is a Signature Version 4 of an empty POST to <c>/</c> of a host that does not exist, for the service <c>dax</c>: it holds for any
/// connection of that time. Source: recorded sessions of the public clients.
/// </remarks>
/// <param name="AccessKeyId">The name of the key.</param>
/// <param name="Signature">64 hexadecimal digits, as sent.</param>
/// <param name="StringToSign">What was signed, as sent.</param>
/// <param name="SessionToken">The token of temporary credentials, which is not signed; null for none.</param>
/// <param name="UserAgent">The client; null where it does not say.</param>
public sealed record ConnectionAuthorization(
    string AccessKeyId, string Signature, byte[] StringToSign, string? SessionToken, string? UserAgent)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Service = "dax";
    private const string Terminator = "aws4_request";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>What the clients sign as the host; the Go clients leave the scheme in it.</summary>
    private static readonly string[] Hosts = ["dax.amazonaws.com", "https://dax.amazonaws.com"];

    /// <summary>How far the clock of a client may be off. Source: the limit of Signature Version 4.</summary>
    public static TimeSpan MaxSkew { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the signature proves that the caller has the secret of the key, now.</summary>
    /// <param name="secretAccessKey">The secret of <see cref="AccessKeyId"/>.</param>
    /// <param name="now">The time.</param>
    public bool IsSignedWith(string secretAccessKey, DateTimeOffset now)
    {
        string[] lines = Encoding.UTF8.GetString(StringToSign).Split('\n');
        if (lines.Length != 4 || lines[0] != Algorithm || lines[2].Split('/') is not [string day, string region, Service, Terminator]
            || !DateTimeOffset.TryParseExact(
                lines[1], DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset signedAt)
            || !lines[1].StartsWith(day, StringComparison.Ordinal) || day.Length != 8 || (now - signedAt).Duration() > MaxSkew)
        {
            return false;
        }

        return Hosts.Any(host => lines[3] == HashOfRequest(host, lines[1]))
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(Signature), Encoding.UTF8.GetBytes(Sign(secretAccessKey, day, region, StringToSign)));
    }

    /// <summary>The signature of a text, in hexadecimal digits.</summary>
    internal static string Sign(string secretAccessKey, string day, string region, ReadOnlySpan<byte> stringToSign)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (string part in (ReadOnlySpan<string>)[day, region, Service, Terminator])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, stringToSign));
    }

    private static string HashOfRequest(string host, string date) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"POST\n/\n\nhost:{host}\nx-amz-date:{date}\n\nhost;x-amz-date\n{EmptyHash}")));
}
