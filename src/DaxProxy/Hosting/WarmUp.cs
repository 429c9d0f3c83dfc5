using System.Net;
using System.Net.Sockets;
using DaxProxy.Core;
using DaxProxy.Core.Operations;
using DaxProxy.Frontends;
using DaxProxy.Frontends.Http;
using DaxProxy.Frontends.Web;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Hosting;

/// <summary>
/// Loads and compiles what the first request needs, by sending a request of its own. It starts a listener without tables on a free port of
/// the loopback address, asks it for its tables and stops it again.
/// </summary>
/// <remarks>Takes about as long as opening the local engine. Worth it only beside something else that takes as long.</remarks>
internal static class WarmUp
{
    private static ReadOnlyMemory<byte> Request { get; } =
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n"u8
        + "X-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Amz-Date: 20150830T123600Z\r\n"u8
        + "Authorization: AWS4-HMAC-SHA256 Credential=warm/20150830/up/dynamodb/aws4_request, SignedHeaders=host, Signature=00\r\n"u8
        + "Content-Length: 2\r\n\r\n{}"u8).ToArray();

    /// <summary>Does it. Where there is no loopback address, or no port, there is nothing to be had and nothing lost.</summary>
    public static async Task RunAsync()
    {
        try
        {
            ListenerPort port = ListenerPort.Http(0);
            using Metrics metrics = new(TimeProvider.System, null);
            ProxyOptions options = new();
            WebGuard guard = WebGuard.OfData(options, NullLogger.Instance, TimeProvider.System);
            InFlightBudget budget = new(InFlightBudget.SmallBytes, TimeProvider.System);
            DynamoDbFrontend frontend = new(
                options,
                new Nothing(),
                null,
                null,
                null,
                null,
                null,
                null,
                guard,
                metrics,
                null,
                new RequestIds(RandomSeed.Next()),
                budget,
                new AnswerGate(budget, budget.MaxBytes),
                NullLogger.Instance,
                TimeProvider.System);
            Listener listener = await Listener.StartAsync(
                IPAddress.Loopback,
                [port],
                options.Listen,
                NullLoggerFactory.Instance,
                TimeProvider.System,
                frontend.HandleAsync,
                CancellationToken.None).ConfigureAwait(false);
            await using (listener.ConfigureAwait(false))
            {
                await AskAsync(port.EndPoint).ConfigureAwait(false);
                await listener.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            // The listeners that are needed will say what is wrong.
        }
    }

    private static async Task AskAsync(IPEndPoint endPoint)
    {
        using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint).ConfigureAwait(false);
        await socket.SendAsync(Request).ConfigureAwait(false);
        await socket.ReceiveAsync(new byte[1024]).ConfigureAwait(false);
    }

    /// <summary>A backend without tables.</summary>
    private sealed class Nothing : IDynamoBackend
    {
        public ReadLag ReadLag => ReadLag.None;

        public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
            new(new ListTablesReply([], null));
    }
}
