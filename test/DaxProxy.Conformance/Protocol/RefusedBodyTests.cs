using System.Net.Sockets;
using System.Text;
using DaxProxy.Conformance.Security;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>Large bodies of clients that are refused by their headers, and that are read past.</summary>
internal sealed class RefusedBodyTests : HostFixture, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Half of a request without a signature.</summary>
    private static readonly byte[] Half = Encoding.ASCII.GetBytes(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
        + $"Content-Length: 200000\r\n\r\n{new string('x', 100_000)}");

    private readonly RecordingLoggers loggers = new();

    protected override ProxyOptions Options => new()
    {
        Listen = new ListenOptions { Port = 0, AdminPort = 0 },
        Dax = new DaxOptions { Enabled = false },
    };

    protected override ILoggerFactory Loggers => loggers;

    public void Dispose() => loggers.Dispose();

    [Test]
    public async Task Body_WhoseClientLeavesInTheMiddle_IsNoFaultOfOurs()
    {
        using TcpClient client = new();
        await client.ConnectAsync(Host.DataEndPoint);
        await SendHalfAndReadToEndAsync(client, leaves: true);
        Assert.That(
            await Client.GetStringAsync(new Uri(Admin, "metrics")), Does.Contain("daxproxy_frontend_faults_total{frontend=\"http\"} 0\n"));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [Test]
    public async Task Bodies_OfMoreThan256AtOnce_AreCutOff()
    {
        List<TcpClient> clients = [];
        try
        {
            byte[] answer = new byte[1000];
            while (clients.Count < 256)
            {
                clients.Add(new TcpClient());
                await clients[^1].ConnectAsync(Host.DataEndPoint);
                await clients[^1].GetStream().WriteAsync(Half);
                int length = await clients[^1].GetStream().ReadAsync(answer).AsTask().WaitAsync(Patience);
                Assert.That(Encoding.ASCII.GetString(answer, 0, length), Does.StartWith("HTTP/1.1 400"));
            }

            using TcpClient more = new();
            await more.ConnectAsync(Host.DataEndPoint);
            await SendHalfAndReadToEndAsync(more, leaves: false);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static async Task SendHalfAndReadToEndAsync(TcpClient client, bool leaves)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Half);
            if (leaves)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            await stream.CopyToAsync(Stream.Null).WaitAsync(Patience);
        }
        catch (IOException)
        {
            // A reset is an end as well: half of the request had not been sent.
        }
    }
}
