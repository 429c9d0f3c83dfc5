using System.Net;
using System.Net.Sockets;
using System.Text;
using DaxProxy.Conformance.Security;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>Bodies of clients that are refused, which are read past, and bodies that are slow to come.</summary>
internal sealed class RefusedBodyTests : HostFixture, IDisposable
{
    private const string Json = "application/x-amz-json-1.0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
        await SendAndReadToEndAsync(
            client, HalfOf("POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.GetItem", Json, 200_000), leaves: true);
        Assert.That(
            await Client.GetStringAsync(new Uri(Admin, "metrics")), Does.Contain("daxproxy_frontend_faults_total{frontend=\"http\"} 0\n"));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [TestCase(false, "POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.GetItem", Json)]
    [TestCase(false, "POST / HTTP/1.1", "application/x-www-form-urlencoded")]
    [TestCase(false, "PUT /other HTTP/1.1", Json)]
    [TestCase(true, "POST /metrics HTTP/1.1", "application/json")]
    [TestCase(true, "POST /api/evict HTTP/1.1", "application/json")]
    [TestCase(true, "POST /api/evict HTTP/1.1", "text/plain")]
    [TestCase(true, "PUT /api/explain HTTP/1.1", "application/json")]
    public async Task LargeBodies_OfMoreThan256AtOnce_AreCutOff(bool isAdmin, string begin, string type)
    {
        IPEndPoint port = isAdmin ? Host.AdminEndPoint : Host.DataEndPoint;
        byte[] half = HalfOf(begin, type, 200_000);
        List<TcpClient> clients = [];
        try
        {
            while (clients.Count < 256)
            {
                clients.Add(await SendAsync(port, half));
                Assert.That(await AnswerAsync(clients[^1]), Does.StartWith("HTTP/1.1 4"));
            }

            using TcpClient more = new();
            await more.ConnectAsync(port);
            await SendAndReadToEndAsync(more, half, leaves: false);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Test]
    public async Task SmallBodies_ThatAreSlowToCome_AreWaitedForOf256AtOnce()
    {
        byte[] half = HalfOf("POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.GetItem", Json, 2000);
        List<TcpClient> clients = [];
        try
        {
            while (clients.Count < 260)
            {
                clients.Add(await SendAsync(Host.DataEndPoint, half));
            }

            Assert.That(() => clients.Count(client => client.Available > 0), Is.EqualTo(4).After(20_000, 50));
            TcpClient refused = clients.First(client => client.Available > 0);
            Assert.That(
                await AnswerAsync(refused), Does.StartWith("HTTP/1.1 400").And.Contain("MissingAuthenticationTokenException"));

            // One of the others is answered once the rest of its body has come: it was waited for.
            TcpClient waiting = clients.First(client => client != refused && client.Available == 0);
            await waiting.GetStream().WriteAsync(Encoding.ASCII.GetBytes(new string('x', 1000)));
            Assert.That(await AnswerAsync(waiting), Does.StartWith("HTTP/1.1 400").And.Contain("SerializationException"));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Half of a request without a signature.</summary>
    private static byte[] HalfOf(string begin, string type, int bodyBytes) => Encoding.ASCII.GetBytes(
        $"{begin}\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: {bodyBytes}\r\n\r\n{new string('x', bodyBytes / 2)}");

    private static async Task<TcpClient> SendAsync(IPEndPoint port, byte[] request)
    {
        TcpClient client = new();
        await client.ConnectAsync(port);
        await client.GetStream().WriteAsync(request);
        return client;
    }

    private static async Task<string> AnswerAsync(TcpClient client)
    {
        byte[] answer = new byte[1000];
        int length = await client.GetStream().ReadAsync(answer).AsTask().WaitAsync(Patience);
        return Encoding.ASCII.GetString(answer, 0, length);
    }

    private static async Task SendAndReadToEndAsync(TcpClient client, byte[] half, bool leaves)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(half);
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
