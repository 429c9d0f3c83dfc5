using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DaxProxy.Backends.Remote;

/// <summary>An AWS Signature Version 4 of one request whose parameters are all in its headers and body.</summary>
/// <remarks>
/// Pure functions, thread-safe. Source: "Signing AWS API requests" of the IAM user guide, checked against the published test suite. The
/// query string must be empty, and the path in its canonical form, as both are for every DynamoDB endpoint.
/// </remarks>
public static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, <c>/</c> for DynamoDB.</param>
    /// <param name="headers">
    /// The signed headers: names in lower case and in ordinal order, values trimmed. <c>host</c> and <c>x-amz-date</c> are among them.
    /// </param>
    /// <param name="body">The body as it is sent.</param>
    /// <param name="scope">What the signature is good for.</param>
    /// <param name="accessKeyId">Name of the secret.</param>
    /// <param name="signingKey">What <see cref="DeriveKey"/> made of the secret for the same scope.</param>
    /// <param name="timestamp">The value of <c>x-amz-date</c>: <c>20150830T123600Z</c>.</param>
    public static string Authorization(
        string method,
        string path,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        ReadOnlySpan<byte> body,
        string scope,
        string accessKeyId,
        byte[] signingKey,
        string timestamp)
    {
        string signedHeaders = string.Join(';', headers.Select(header => header.Key));
        StringBuilder request = new();
        request.Append(method).Append('\n').Append(path).Append("\n\n");
        foreach ((string name, string value) in headers)
        {
            request.Append(name).Append(':').Append(value).Append('\n');
        }

        request.Append('\n').Append(signedHeaders).Append('\n').Append(Hash(body));
        string toSign = $"{Algorithm}\n{timestamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(request.ToString()))}";
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(toSign)));
        return $"{Algorithm} Credential={accessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}";
    }

    /// <summary>The scope of signatures: <c>20150830/us-east-1/dynamodb/aws4_request</c>.</summary>
    public static string Scope(DateTimeOffset time, string region, string service) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyyMMdd}/{region}/{service}/aws4_request");

    /// <summary>The value of <c>x-amz-date</c>.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

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

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
