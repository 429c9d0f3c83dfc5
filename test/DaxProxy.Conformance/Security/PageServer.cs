using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DaxProxy.Conformance.Security;

/// <summary>
/// Serves a page that makes calls and tells what came of them. Every other request goes, byte by byte, to another address: so a name that
/// led to this server when the page was loaded leads there afterwards, as when a name is rebound.
/// </summary>
internal sealed class PageServer : IDisposable
{
    private readonly TcpListener listener;
    private readonly IPEndPoint? behind;
    private readonly TaskCompletionSource<Dictionary<string, string>> report = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string page = "";

    /// <summary>Starts one.</summary>
    /// <param name="address">Where to listen; any free port for 0.</param>
    /// <param name="behind">Where requests for anything else than the page go; null for nowhere.</param>
    public PageServer(IPEndPoint address, IPEndPoint? behind)
    {
        this.behind = behind;
        listener = new TcpListener(address);
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What came of each call: the status and the body as the page could read them, or <c>failed</c>.</summary>
    public Task<Dictionary<string, string>> Report => report.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Decides what the page does.</summary>
    /// <param name="calls">Its calls, one after another.</param>
    /// <param name="reportTo">Where it reports: a server of this class.</param>
    public void Serve(IEnumerable<PageCall> calls, Uri reportTo)
    {
        string list = JsonSerializer.Serialize(calls, JsonSerializerOptions.Web);
        page = $$"""
            <!doctype html><meta charset="utf-8"><script>
            (async () => {
              const found = {};
              for (const call of {{list}}) {
                try {
                  const answer = await fetch(call.url, {
                    method: call.body === null ? 'GET' : 'POST', mode: call.mode, headers: call.headers, body: call.body ?? undefined,
                  });
                  found[call.name] = answer.status + ' ' + await answer.text();
                } catch (fault) {
                  found[call.name] = 'failed';
                }
              }
              await fetch('{{reportTo}}report', { method: 'POST', mode: 'no-cors', body: JSON.stringify(found) });
            })();
            </script>
            """;
    }

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using TcpClient own = client;
        try
        {
            NetworkStream stream = client.GetStream();
            byte[] head = await ReadHeadAsync(stream);
            string text = Encoding.ASCII.GetString(head);
            if (text.StartsWith("GET /page ", StringComparison.Ordinal))
            {
                await SendAsync(stream, "200 OK", page);
            }
            else if (text.StartsWith("POST /report ", StringComparison.Ordinal))
            {
                string length = text.Split("\r\n").First(
                    line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
                byte[] body = new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
                await stream.ReadExactlyAsync(body);
                await SendAsync(stream, "204 No Content", "");
                report.TrySetResult(JsonSerializer.Deserialize<Dictionary<string, string>>(body)!);
            }
            else if (behind is null)
            {
                await SendAsync(stream, "404 Not Found", "");
            }
            else
            {
                using TcpClient next = new();
                await next.ConnectAsync(behind);
                await next.GetStream().WriteAsync(head);
                await Task.WhenAny(stream.CopyToAsync(next.GetStream()), next.GetStream().CopyToAsync(stream));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The browser has left.
        }
    }

    private static async Task<byte[]> ReadHeadAsync(NetworkStream stream)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!(head is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']))
        {
            await stream.ReadExactlyAsync(one);
            head.Add(one[0]);
        }

        return [.. head];
    }

    private static Task SendAsync(NetworkStream stream, string status, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string head = $"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n";
        return stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. bytes]).AsTask();
    }
}
