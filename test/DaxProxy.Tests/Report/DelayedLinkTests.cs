using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Report.Demo;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

internal sealed class DelayedLinkTests
{
    private static readonly TimeSpan ThereAndBack = TimeSpan.FromMilliseconds(60);

    [Test]
    public async Task Exchange_ThroughTheLink_ArrivesWholeAndNotTooSoon()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        Task echo = EchoAsync(server);
        await using DelayedLink link = new(server.LocalEndpoint, ThereAndBack);
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(link.Address.Authority));
        byte[] sent = new byte[200_000], received = new byte[sent.Length];
        new Random(1).NextBytes(sent);
        long startedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(client.GetStream().WriteAsync(sent).AsTask(), client.GetStream().ReadExactlyAsync(received).AsTask());
        Assert.That(received, Is.EqualTo(sent));
        Assert.That(Stopwatch.GetElapsedTime(startedAt), Is.GreaterThanOrEqualTo(ThereAndBack));
        client.Close();
        await echo;
    }

    [Test]
    public async Task Connect_ServerIsGone_EndsTheConnection()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        EndPoint gone = server.LocalEndpoint;
        server.Stop();
        await using DelayedLink link = new(gone, ThereAndBack);
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(link.Address.Authority));
        Assert.That(await client.GetStream().ReadAsync(new byte[1]), Is.Zero);
    }

    private static async Task EchoAsync(TcpListener server)
    {
        using TcpClient client = await server.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream());
    }
}
