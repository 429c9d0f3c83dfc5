using System.Globalization;
using System.Net;
using System.Text;
using DaxProxy.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Bench.Throttle;

/// <summary>
/// A server between a proxy and its backend that refuses a share of the requests for lack of capacity, as DynamoDB does, counts them all,
/// and may be as far away as a region is.
/// </summary>
/// <param name="backend">The backend.</param>
/// <param name="delay">How long every answer takes more.</param>
internal sealed class ThrottlingLink(IPEndPoint backend, TimeSpan delay) : IDisposable
{
    private const string ContentType = "application/x-amz-json-1.0";

    private static readonly byte[] Refusal = Encoding.UTF8.GetBytes(
        """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}""");

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly Uri behind = new($"http://{backend}/");
    private readonly Lock gate = new();
    private readonly Random random = new(1);
    private double share;
    private long arrived;

    /// <summary>
    /// Serves until standard input ends. A line with a number there is the share from then on; to every line it says how many requests have
    /// arrived.
    /// </summary>
    public static async Task<int> RunAsync(IPEndPoint backend, TimeSpan delay)
    {
        using ThrottlingLink link = new(backend, delay);
        ListenerPort port = ListenerPort.Http(0);
        Listener listener = await Listener.StartAsync(
            IPAddress.Loopback, [port], new Options.ListenOptions(), NullLoggerFactory.Instance, TimeProvider.System, link.AnswerAsync,
            default).ConfigureAwait(false);
        await using (listener.ConfigureAwait(false))
        {
            Console.WriteLine($"on http://127.0.0.1:{port.EndPoint.Port} ");
            Console.WriteLine("ready");
            while (await Console.In.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (double.TryParse(line, CultureInfo.InvariantCulture, out double wanted))
                {
                    Volatile.Write(ref link.share, wanted);
                }

                Console.WriteLine(Volatile.Read(ref link.arrived));
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref arrived);
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        context.Response.ContentType = ContentType;
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay).ConfigureAwait(false);
        }

        if (IsRefused())
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentLength = Refusal.Length;
            await context.Response.Body.WriteAsync(Refusal).ConfigureAwait(false);
            return;
        }

        using HttpRequestMessage request = new(HttpMethod.Post, behind) { Content = new ByteArrayContent(body.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        foreach (string name in (string[])["X-Amz-Target", "X-Amz-Date", "Authorization"])
        {
            request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToString());
        }

        using HttpResponseMessage answer = await client.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes).ConfigureAwait(false);
    }

    private bool IsRefused()
    {
        lock (gate)
        {
            return random.NextDouble() < share;
        }
    }
}
