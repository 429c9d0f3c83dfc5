using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DaxProxy.Report.Demo;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

internal sealed class DelayedLinkTests
{
    [TestCase(2, 1)]
    [TestCase(5, 3)]
    public async Task Exchange_ThroughTheLink_ArrivesWholeAndWaitsEachWay(double thereAndBack, double eachWay)
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        Task echo = EchoAsync(server);
        NotingTime time = new();
        await using DelayedLink link = new(server.LocalEndpoint, TimeSpan.FromMilliseconds(thereAndBack), time);
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(link.Address.Authority));
        byte[] sent = [1, 2, 3], received = new byte[3];
        await client.GetStream().WriteAsync(sent);
        Task answer = client.GetStream().ReadExactlyAsync(received).AsTask();
        for (int way = 0; way < 2; way++)
        {
            Assert.That(await time.Waits.ReadAsync(), Is.EqualTo(TimeSpan.FromMilliseconds(eachWay)));
            Assert.That(answer.IsCompleted, Is.False);
            time.Clock.Advance(eachWay / 1000);
        }

        await answer;
        Assert.That(received, Is.EqualTo(sent));
        client.Close();
        await echo;
    }

    [Test]
    public async Task Connect_ServerIsGone_EndsTheConnection()
    {
        using Socket never = new(SocketType.Stream, ProtocolType.Tcp);
        never.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using DelayedLink link = new(never.LocalEndPoint!, TimeSpan.Zero, TimeProvider.System);
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(link.Address.Authority));
        Assert.That(await client.GetStream().ReadAsync(new byte[1]), Is.Zero);
    }

    private static async Task EchoAsync(TcpListener server)
    {
        using TcpClient client = await server.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream());
    }

    /// <summary>A clock that stands still, and tells how long timers are to wait.</summary>
    private sealed class NotingTime : TimeProvider
    {
        private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

        public ManualTime Clock { get; } = new();

        public ChannelReader<TimeSpan> Waits => waits.Reader;

        public override long TimestampFrequency => Clock.TimestampFrequency;

        public override long GetTimestamp() => Clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = Clock.CreateTimer(callback, state, dueTime, period);
            waits.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
