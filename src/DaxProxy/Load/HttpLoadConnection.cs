using System.Buffers.Text;
using System.Net;
using System.Text;

namespace DaxProxy.Load;

/// <summary>A connection of a load that speaks DynamoDB's JSON over HTTP/1.1.</summary>
/// <param name="takesRefusals">Whether a reply other than 200 is one as any other; if not, it throws.</param>
internal sealed class HttpLoadConnection(bool takesRefusals = false) : LoadConnection
{
    /// <summary>How the reply to a request that succeeded begins.</summary>
    public static ReadOnlySpan<byte> Ok => "HTTP/1.1 200 "u8;

    private static ReadOnlySpan<byte> LengthHeader => "Content-Length: "u8;

    /// <summary>Several connections in clear text.</summary>
    public static LoadConnection[] Open(EndPoint server, int count, bool takesRefusals = false) =>
        [.. Enumerable.Range(0, count).Select(_ => Open(server, takesRefusals))];

    /// <summary>One connection in clear text.</summary>
    public static HttpLoadConnection Open(EndPoint server, bool takesRefusals = false)
    {
        HttpLoadConnection connection = new(takesRefusals);
        connection.Connect(server);
        return connection;
    }

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

        // Of a reply that is none, its text may be anything.
        throw new IOException(reply.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(reply["HTTP/1.1 ".Length..], out int status, out _)
            ? $"A reply of status {status} is none of a measurement"
            : "What came back is no reply of HTTP/1.1");
    }
}
