using System.Diagnostics;
using DaxProxy.Load;
using NUnit.Framework;

namespace DaxProxy.Tests.Load;

/// <summary>
/// The two loops against a server that answers when the test says so. Durations are only held against others that must be shorter or
/// longer.
/// </summary>
[CancelAfter(30_000)]
public sealed class LoadDriverTests
{
    private HeldServer server = null!;
    private LoadConnection connection = null!;

    [SetUp]
    public void Connect()
    {
        server = new HeldServer();
        connection = HttpLoadConnection.Open(server.EndPoint);
    }

    [TearDown]
    public void Close()
    {
        connection.Dispose();
        server.Dispose();
    }

    [Test]
    public async Task RunOpenAsync_RequestThatWaitsForAConnection_CountsItsWaiting()
    {
        NotingSource source = new();
        Task<double> run = new LoadDriver([connection], [source]).RunOpenAsync(
            1_000_000, TimeSpan.FromMicroseconds(2.5), CancellationToken.None);
        (long held, long released) = await HoldFirstAsync();
        (await server.ArrivedAsync()).SetResult(true);
        await run;
        Assert.That(source.Latencies, Has.Count.EqualTo(2));
        Assert.That(
            source.Latencies[1], Is.GreaterThanOrEqualTo(Nanoseconds(held, released) - 2_000),
            "it was due a microsecond after the first one");
    }

    /// <summary>As on a machine that is so busy that the time is over before the connections have their turn.</summary>
    [Test]
    public async Task RunAsync_TimeIsOverAtOnce_SendsOneRequest()
    {
        NotingSource source = new();
        Task<double> run = new LoadDriver([connection], [source]).RunAsync(TimeSpan.Zero);
        (await server.ArrivedAsync()).SetResult(true);
        await run;
        Assert.That(source.Latencies, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RunCountAsync_RequestAfterASlowOne_DoesNotCountItsWaiting()
    {
        NotingSource source = new();
        Task<double> run = new LoadDriver([connection], [source]).RunCountAsync(2);
        (long held, long released) = await HoldFirstAsync();
        (await server.ArrivedAsync()).SetResult(true);
        await run;
        Assert.That(source.Latencies[0], Is.GreaterThanOrEqualTo(Nanoseconds(held, released)));
        Assert.That(source.Latencies[1], Is.LessThanOrEqualTo(Nanoseconds(released, Stopwatch.GetTimestamp())));
    }

    [Test]
    public async Task RunOpenAsync_FreeConnection_CountsNoLessThanTheServerTook()
    {
        // Intervals that timers of whole milliseconds cannot keep.
        NotingSource source = new();
        Task<double> run = new LoadDriver([connection], [source]).RunOpenAsync(270, TimeSpan.FromSeconds(0.04), CancellationToken.None);
        List<long> taken = [];
        for (int count = 0; count < 10; count++)
        {
            TaskCompletionSource<bool> request = await server.ArrivedAsync();
            long arrived = Stopwatch.GetTimestamp();
            taken.Add(Nanoseconds(arrived, Stopwatch.GetTimestamp()));
            request.SetResult(true);
        }

        await run;
        Assert.That(
            source.Latencies.Zip(taken),
            Has.All.Matches<(long Counted, long Taken)>(pair => pair.Counted > 0 && pair.Counted >= pair.Taken));
    }

    [Test]
    public async Task RunCountAsync_ConnectionBreaksAndTheSourceBearsIt_ConnectsAgain()
    {
        NotingSource source = new(bearsFaults: true);
        Task<double> run = new LoadDriver([connection], [source]).RunCountAsync(1);
        (await server.ArrivedAsync()).SetResult(false);
        (await server.ArrivedAsync()).SetResult(true);
        await run;
        Assert.That((source.Faults.Count, source.Latencies.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task RunCountAsync_ConnectionBreaks_EndsWithIt()
    {
        NotingSource source = new();
        Task<double> run = new LoadDriver([connection], [source]).RunCountAsync(1);
        (await server.ArrivedAsync()).SetResult(false);
        Assert.That(async () => await run, Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task RunAsync_Cancelled_EndsAfterTheReply()
    {
        NotingSource source = new();
        using CancellationTokenSource stop = new();
        Task<double> run = new LoadDriver([connection], [source]).RunAsync(TimeSpan.FromDays(1), stop.Token);
        TaskCompletionSource<bool> request = await server.ArrivedAsync();
        await stop.CancelAsync();
        request.SetResult(true);
        await run;
        Assert.That(source.Latencies, Has.Count.EqualTo(1));
    }

    /// <summary>Answers the first request after some hundred others on another connection, so that it takes long for what it is.</summary>
    private async Task<(long Held, long Released)> HoldFirstAsync()
    {
        TaskCompletionSource<bool> first = await server.ArrivedAsync();
        long held = Stopwatch.GetTimestamp();
        using HeldServer other = new();
        using HttpLoadConnection meanwhile = HttpLoadConnection.Open(other.EndPoint);
        for (int count = 0; count < 200; count++)
        {
            Task<int> exchange = meanwhile.ExchangeAsync("ask"u8.ToArray()).AsTask();
            (await other.ArrivedAsync()).SetResult(true);
            await exchange;
        }

        long released = Stopwatch.GetTimestamp();
        first.SetResult(true);
        return (held, released);
    }

    private static long Nanoseconds(long from, long to) => (to - from) * (1_000_000_000 / Stopwatch.Frequency);
}
