using System.Text.Unicode;
using DaxProxy.Auth;

namespace DaxProxy.Report;

/// <summary>Writes requests of DynamoDB's JSON protocol as they are sent over HTTP/1.1, each signed as of now.</summary>
/// <remarks>For one connection. Allocates nothing once its buffer fits.</remarks>
/// <param name="host">What is sent as <c>Host</c>.</param>
/// <param name="signer">What to sign with.</param>
internal sealed class RequestWriter(string host, LoadSigner signer)
{
    private const string ContentType = "application/x-amz-json-1.0";

    private byte[] buffer = new byte[2048];

    /// <summary>Writes a request.</summary>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="body">The body, UTF-8.</param>
    /// <returns>All of it; good until the next one.</returns>
    public ReadOnlyMemory<byte> Write(string target, ReadOnlySpan<byte> body)
    {
        SigningMoment moment = signer.Now();
        Span<char> signature = stackalloc char[2 * SignatureV4.SignatureBytes];
        moment.Sign(host, target, ContentType, body, signature);
        string tokenName = moment.Token is null ? "" : "X-Amz-Security-Token: ", tokenEnd = moment.Token is null ? "" : "\r\n";
        int length;
        while (!Utf8.TryWrite(
            buffer,
            $"POST / HTTP/1.1\r\nHost: {host}\r\nX-Amz-Target: {target}\r\n"
                + $"Content-Type: {ContentType}\r\nUser-Agent: daxproxy-report\r\n"
                + $"X-Amz-Date: {moment.Timestamp}\r\n"
                + $"{tokenName}{moment.Token}{tokenEnd}"
                + $"Authorization: {SignatureV4.Algorithm} Credential={moment.AccessKeyId}/{moment.Scope}, "
                + $"SignedHeaders={moment.SignedHeaders}, Signature={signature}\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n",
            out length) || buffer.Length - length < body.Length)
        {
            buffer = new byte[(2 * buffer.Length) + body.Length];
        }

        body.CopyTo(buffer.AsSpan(length));
        return buffer.AsMemory(0, length + body.Length);
    }
}
