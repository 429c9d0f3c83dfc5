using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// A server between a proxy and its remote backend: passes requests on to the real one and does to each what the test says, at the level of bytes.
/// </summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient client = new();
    private readonly Uri behind;
    private readonly Task accepting;

    public FaultyLink(Uri behind)
    {
        this.behind = behind;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri EndPoint => new($"http://{listener.LocalEndpoint}/");

    /// <summary>What happens to a request, by the name of its operation.</summary>
    public Func<string, LinkFault> FaultOf { get; set; } = _ => LinkFault.None;

    /// <summary>The names of the operations that arrived, in their order.</summary>
    public List<string> Arrived { get; } = [];

    /// <summary>The bodies of the requests that arrived, in their order.</summary>
    public List<string> Bodies { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        client.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await listener.AcceptSocketAsync(stop.Token));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        using Socket owned = socket;
        await using NetworkStream stream = new(socket);
        try
        {
            while (await ReadAsync(stream) is var (head, body))
            {
                string target = Header(head, "X-Amz-Target");
                string operation = target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..];
                lock (Arrived)
                {
                    Arrived.Add(operation);
                    Bodies.Add(Encoding.UTF8.GetString(body));
                }

                if (!await AnswerAsync(stream, FaultOf(operation), target, head, body))
                {
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                }
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The proxy has gone.
        }
    }

    /// <summary>False to break the connection.</summary>
    private async Task<bool> AnswerAsync(NetworkStream stream, LinkFault fault, string target, string head, byte[] body)
    {
        switch (fault)
        {
            case LinkFault.ResetBefore:
                return false;
            case LinkFault.Throttle:
                await SendAsync(stream, 400, """
                    {"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}
                    """, null);
                return true;
            case LinkFault.Error500:
                await SendAsync(stream, 500, """{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oh"}""", null);
                return true;
            case LinkFault.Html503:
                await SendAsync(stream, 503, "<html>", null);
                return true;
            case LinkFault.HangBefore:
                await Task.Delay(Timeout.Infinite, stop.Token);
                return false;
        }

        (int status, string answer, string? checksum) = await PassAsync(target, head, body);
        switch (fault)
        {
            case LinkFault.ResetAfter:
                return false;
            case LinkFault.HangAfter:
                await Task.Delay(Timeout.Infinite, stop.Token);
                return false;
            case LinkFault.CorruptChecksum:
                await SendAsync(stream, status, answer, "1");
                return true;
            case LinkFault.Gzip:
                await SendPackedAsync(stream, status, answer);
                return true;
            default:
                await SendAsync(stream, status, answer, checksum);
                return true;
        }
    }

    private async Task<(int Status, string Body, string? Checksum)> PassAsync(string target, string head, byte[] body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, behind) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", Header(head, "Content-Type"));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", Header(head, "X-Amz-Date"));
        request.Headers.TryAddWithoutValidation("Authorization", Header(head, "Authorization"));
        using HttpResponseMessage response = await client.SendAsync(request, stop.Token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(stop.Token), response.Headers.GetValues("x-amz-crc32").Single());
    }

    private static Task SendAsync(NetworkStream stream, int status, string body, string? checksum) =>
        SendAsync(stream, status, Encoding.UTF8.GetBytes(body), checksum, "identity");

    private static Task SendPackedAsync(NetworkStream stream, int status, string body)
    {
        using MemoryStream packed = new();
        using (GZipStream packer = new(packed, CompressionMode.Compress))
        {
            packer.Write(Encoding.UTF8.GetBytes(body));
        }

        byte[] bytes = packed.ToArray();
        return SendAsync(stream, status, bytes, $"{Core.Wire.Crc32.Of(bytes)}", "gzip");
    }

    private static async Task SendAsync(NetworkStream stream, int status, byte[] bytes, string? checksum, string coding)
    {
        string head = $"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {bytes.Length}\r\nContent-Encoding: {coding}\r\n"
            + (checksum is null ? "" : $"x-amz-crc32: {checksum}\r\n") + "\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. bytes]);
    }

    private static async Task<(string Head, byte[] Body)?> ReadAsync(NetworkStream stream)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string text = Encoding.ASCII.GetString([.. head]);
        byte[] body = new byte[int.Parse(Header(text, "Content-Length"), System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return (text, body);
    }

    private static string Header(string head, string name)
    {
        string? line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line is null ? "" : line[(name.Length + 1)..].Trim();
    }
}
