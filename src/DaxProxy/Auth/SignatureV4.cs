using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DaxProxy.Auth;

/// <summary>What AWS Signature Version 4 computes: keys, strings to sign, signatures. Both who signs and who verifies use it.</summary>
/// <remarks>
/// Pure functions, thread-safe. Source: "Signing AWS API requests" of the IAM user guide, checked against the published test suite.
/// </remarks>
internal static class SignatureV4
{
    /// <summary>The one algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The last part of every scope.</summary>
    public const string Terminator = "aws4_request";

    /// <summary>Bytes of a signature; it is written as twice as many hexadecimal digits.</summary>
    public const int SignatureBytes = HMACSHA256.HashSizeInBytes;

    /// <summary>Bytes of the string to sign besides the scope: algorithm, timestamp, hash, and the ends of lines.</summary>
    private const int OtherBytes = 16 + 16 + (2 * SHA256.HashSizeInBytes) + 3;

    /// <summary>Signs a request.</summary>
    /// <param name="request">The request in its canonical form, complete.</param>
    /// <param name="timestamp">When: <c>20150830T123600Z</c>.</param>
    /// <param name="scope">What for.</param>
    /// <param name="key">The secret's key for that scope.</param>
    /// <param name="signature">Where to put twice <see cref="SignatureBytes"/> hexadecimal digits.</param>
    public static void Sign(CanonicalRequest request, string timestamp, string scope, SigningKey key, Span<char> signature)
    {
        Span<byte> bytes = stackalloc byte[SignatureBytes];
        Span<byte> stringToSign = stackalloc byte[MaxStringBytes(scope)];
        key.Sign(stringToSign[..WriteStringToSign(stringToSign, timestamp, scope, request.Bytes)], bytes);
        Convert.TryToHexStringLower(bytes, signature, out _);
    }

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="accessKeyId">Name of the secret.</param>
    /// <param name="scope">What the signature is good for.</param>
    /// <param name="signedHeaders">Names of the signed headers, with semicolons between them.</param>
    /// <param name="signature">What <see cref="Sign"/> made.</param>
    public static string Authorization(string accessKeyId, string scope, string signedHeaders, ReadOnlySpan<char> signature) =>
        $"{Algorithm} Credential={accessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}";

    /// <summary>The scope of signatures: <c>20150830/us-east-1/dynamodb/aws4_request</c>.</summary>
    public static string Scope(DateTimeOffset time, string region, string service) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyyMMdd}/{region}/{service}/{Terminator}");

    /// <summary>The value of <c>x-amz-date</c>.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString(SignatureTime.Format, CultureInfo.InvariantCulture);

    /// <summary>The key that signs within a scope; good for a day.</summary>
    public static byte[] DeriveKey(string secretKey, string scope)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (string part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }

    /// <summary>Most bytes of the string to sign within a scope.</summary>
    public static int MaxStringBytes(ReadOnlySpan<char> scope) => OtherBytes + Encoding.UTF8.GetByteCount(scope);

    /// <summary>Writes what is signed of a request, as UTF-8. Returns its length.</summary>
    /// <param name="destination">Where to write it: <see cref="MaxStringBytes"/> bytes.</param>
    /// <param name="timestamp">When: <c>20150830T123600Z</c>.</param>
    /// <param name="scope">What for.</param>
    /// <param name="canonicalRequest">The request in its canonical form.</param>
    public static int WriteStringToSign(
        Span<byte> destination, ReadOnlySpan<char> timestamp, ReadOnlySpan<char> scope, ReadOnlySpan<byte> canonicalRequest)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Digest.Of(canonicalRequest, hash);
        "AWS4-HMAC-SHA256\n"u8.CopyTo(destination);
        int length = Algorithm.Length + 1;
        length += Encoding.UTF8.GetBytes(timestamp, destination[length..]);
        destination[length++] = (byte)'\n';
        length += Encoding.UTF8.GetBytes(scope, destination[length..]);
        destination[length++] = (byte)'\n';
        Convert.TryToHexStringLower(hash, destination[length..], out int digits);
        return length + digits;
    }

    /// <summary>
    /// Whether a signature is the one that was given in hexadecimal digits, in a time that does not tell how much of it is right.
    /// </summary>
    public static bool IsGiven(ReadOnlySpan<byte> signature, ReadOnlySpan<char> given)
    {
        Span<byte> bytes = stackalloc byte[SignatureBytes];
        return given.Length == 2 * SignatureBytes
            && !given.ContainsAnyInRange('A', 'F')
            && Convert.FromHexString(given, bytes, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(signature, bytes);
    }
}
