using System.Buffers.Text;
using System.Net;
using System.Text;

namespace DaxProxy.Bench.Load;

/// <summary>A connection of DynamoDB's JSON over HTTP/1.1.</summary>
/// <param name="server">To where.</param>
/// <param name="takesRefusals">Whether a reply other than 200 is one as any other.</param>
internal sealed class HttpConnection(IPEndPoint server, bool takesRefusals = false) : LoadConnection(server)
{
    /// <summary>How the reply to a request that succeeded begins.</summary>
    public static ReadOnlySpan<byte> Ok => "HTTP/1.1 200 "u8;

    private static ReadOnlySpan<byte> LengthHeader => "Content-Length: "u8;

    /// <summary>Several connections.</summary>
    public static LoadConnection[] Open(IPEndPoint server, int count) => [.. Enumerable.Range(0, count).Select(_ => new HttpConnection(server))];

    /// <inheritdoc/>
    protected override int LengthOf(ReadOnlySpan<byte> reply)
    {
        int head = reply.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> lines = reply[..head];
        for (int end = lines.IndexOf("\r\n"u8); (takesRefusals || reply.StartsWith(Ok)) && end >= 0; end = lines.IndexOf("\r\n"u8))
        {
            lines = lines[(end + 2)..];
            if (lines.Length > LengthHeader.Length && Ascii.EqualsIgnoreCase(lines[..LengthHeader.Length], LengthHeader)
                && Utf8Parser.TryParse(lines[LengthHeader.Length..], out int body, out _))
            {
                return head + 4 + body;
            }
        }

        throw new IOException("Not the reply of a measurement: " + Encoding.UTF8.GetString(reply));
    }
}
