using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaxProxy.Bench.Load;

/// <summary>One connection that sends a request made beforehand and reads as little of the reply as finds its end.</summary>
/// <remarks>For one caller at a time. A request and its reply allocate nothing, so that the client takes little from the server measured.</remarks>
internal sealed class HttpConnection : IDisposable
{
    private const int BufferBytes = 512 * 1024;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    private readonly bool takesRefusals;

    /// <summary>Connects.</summary>
    /// <param name="server">To where.</param>
    /// <param name="takesRefusals">Whether a reply other than 200 is one as any other.</param>
    public HttpConnection(IPEndPoint server, bool takesRefusals = false)
    {
        this.takesRefusals = takesRefusals;
        socket.Connect(server);
    }

    /// <summary>How the reply to a request that succeeded begins.</summary>
    public static ReadOnlySpan<byte> Ok => "HTTP/1.1 200 "u8;

    private static ReadOnlySpan<byte> LengthHeader => "Content-Length: "u8;

    /// <summary>Sends a request and waits for the whole reply; returns its length. A reply other than 200 throws, unless it was asked for.</summary>
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        int sent = await socket.SendAsync(request, SocketFlags.None).ConfigureAwait(false);
        int received = 0, needed = 0;
        do
        {
            int count = sent == request.Length ? await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None).ConfigureAwait(false) : 0;
            received += count > 0 ? count : throw new IOException("The server has gone.");
            needed = needed > 0 ? needed : LengthOf(buffer.AsSpan(0, received));
        }
        while (needed == 0 || received < needed);
        return received;
    }

    /// <summary>The same without a thread of the pool: the caller's waits. Allocates nothing, not even at the first wait.</summary>
    public int Exchange(ReadOnlySpan<byte> request)
    {
        socket.Send(request);
        int received = 0, needed = 0;
        do
        {
            int count = socket.Receive(buffer.AsSpan(received));
            received += count > 0 ? count : throw new IOException("The server has gone.");
            needed = needed > 0 ? needed : LengthOf(buffer.AsSpan(0, received));
        }
        while (needed == 0 || received < needed);
        return received;
    }

    /// <summary>The first bytes of the last reply.</summary>
    public ReadOnlySpan<byte> Received(int length) => buffer.AsSpan(0, length);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Bytes of the whole reply; 0 while its head is not complete.</summary>
    private int LengthOf(ReadOnlySpan<byte> reply)
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
