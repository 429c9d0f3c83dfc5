using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaxProxy.Bench.Flood;

/// <summary>What some connections send, one large request each, again and again; and how they were answered.</summary>
/// <param name="name">What it is called in the report.</param>
/// <param name="sendAsync">Opens a connection, sends one request, and says in a word how it was answered.</param>
internal sealed class Attack(string name, Func<CancellationToken, Task<string>> sendAsync)
{
    private readonly ConcurrentDictionary<string, int> answers = new(StringComparer.Ordinal);

    /// <summary>What it is called in the report.</summary>
    public string Name => name;

    /// <summary>How often it was answered how.</summary>
    public string Answers =>
        string.Join(", ", answers.OrderByDescending(answer => answer.Value).Select(answer => $"{answer.Value} × {answer.Key}"));

    /// <summary>Goes on until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            string answer;
            try
            {
                answer = await sendAsync(stop).ConfigureAwait(false);
            }
            catch (Exception end) when (end is IOException or SocketException or HttpRequestException)
            {
                answer = "cut off";
            }
            catch (OperationCanceledException)
            {
                return;
            }

            answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
        }
    }

    /// <summary>A request over HTTP/1.1, as bytes; what is answered before all is sent ends the sending.</summary>
    public static Attack OverHttp1(string name, IPEndPoint server, byte[] head, byte[] body) => new(name, async stop =>
    {
        byte[] answer = await ExchangeAsync(server, [head, body], stop).ConfigureAwait(false);
        string text = Encoding.ASCII.GetString(answer);
        return text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && text.Length > 12 ? text[9..12] + KindIn(text) : "cut off";
    });

    /// <summary>Bytes over the DAX protocol.</summary>
    public static Attack OverDax(string name, IPEndPoint server, params byte[][] pieces) => new(name, async stop =>
    {
        byte[] answer = await ExchangeAsync(server, pieces, stop).ConfigureAwait(false);
        return answer.Length == 0 ? "cut off" : (answer[0] == 0x80 ? "done" : "refused") + KindIn(Encoding.ASCII.GetString(answer));
    });

    /// <summary>A small request whose answer is large, and is taken until the server closes, as it is told to by what is sent.</summary>
    public static Attack ForAnswers(string name, IPEndPoint server, params byte[][] pieces) => new(name, async stop =>
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, stop).ConfigureAwait(false);
        await SendAsync(socket, pieces, stop).ConfigureAwait(false);
        byte[] buffer = new byte[64 * 1024];
        int first = await socket.ReceiveAsync(buffer, stop).ConfigureAwait(false);
        string kind = KindIn(Encoding.ASCII.GetString(buffer, 0, first));
        long length = first;
        for (int read = first; read > 0; length += read)
        {
            read = await socket.ReceiveAsync(buffer, stop).ConfigureAwait(false);
        }

        return length == 0 ? "cut off"
            : kind.Length > 0 ? kind[1..]
            : string.Create(CultureInfo.InvariantCulture, $"{length / 1e6:0.#} MB");
    });

    /// <summary>A request over HTTP/2 in clear text, over a connection of its own.</summary>
    public static Attack OverHttp2(string name, IPEndPoint server, IReadOnlyDictionary<string, string> headers, byte[] body) =>
        new(name, async stop =>
        {
            using SocketsHttpHandler handler = new() { AutomaticDecompression = DecompressionMethods.None };
            using HttpClient client = new(handler);
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{server}"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ReadOnlyMemoryContent(body),
            };
            foreach ((string header, string value) in headers)
            {
                if (!request.Headers.TryAddWithoutValidation(header, value))
                {
                    request.Content.Headers.TryAddWithoutValidation(header, value);
                }
            }

            using HttpResponseMessage answer = await client.SendAsync(request, stop).ConfigureAwait(false);
            return (int)answer.StatusCode + KindIn(await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false));
        });

    /// <summary>Sends pieces one after the other, until all are sent or something is answered; gives the beginning of that.</summary>
    private static async Task<byte[]> ExchangeAsync(IPEndPoint server, byte[][] pieces, CancellationToken stop)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, stop).ConfigureAwait(false);
        byte[] answer = new byte[2048];
        using CancellationTokenSource answered = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task sending = SendAsync(socket, pieces, answered.Token);
        int length = await socket.ReceiveAsync(answer, stop).ConfigureAwait(false);
        await answered.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answer[..length];
    }

    private static async Task SendAsync(Socket socket, byte[][] pieces, CancellationToken stop)
    {
        foreach (byte[] piece in pieces)
        {
            for (int at = 0; at < piece.Length;)
            {
                at += await socket.SendAsync(
                    piece.AsMemory(at, Math.Min(64 * 1024, piece.Length - at)), SocketFlags.None, stop).ConfigureAwait(false);
            }
        }
    }

    private static string KindIn(string text) =>
        new[] { "ThrottlingException", "MissingAuthenticationToken", "UnrecognizedClient", "InvalidSignature", "ValidationException",
            "SerializationException", "InternalServerError" }
            .FirstOrDefault(kind => text.Contains(kind, StringComparison.Ordinal)) is { } found ? " " + found : "";
}
