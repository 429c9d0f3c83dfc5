using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DaxProxy.Backends;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>A proxy whose caches fail at every look-up: what clients and the operator see until they are well again.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DegradedTests : IAsyncDisposable
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string Degraded = "DaxProxy; fwd=bypass; detail=degraded";

    private readonly MovableTime time = new();
    private readonly LogLines log = new();
    private readonly HttpClient client = new();
    private BackendStack backends = null!;
    private DaxProxyHost host = null!;
    private Wire wire = null!;

    [SetUp]
    public async Task StartAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new Options.ItemCacheOptions { MaxBytes = 1 << 20 },
        };
        backends = BackendStack.Create(options, time, log);
        host = await DaxProxyHost.StartAsync(options, backends, LoggerFactory.Create(_ => { }), time);
        wire = new Wire(new Uri($"http://{host.DataEndPoint}"));
        await OkAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        await OkAsync("PutItem", Put(1));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.StartWith("DaxProxy; hit"));
    }

    public async ValueTask DisposeAsync()
    {
        wire.Dispose();
        client.Dispose();
        await host.DisposeAsync();
        backends.Dispose();
    }

    [Test]
    public async Task FailingCaches_FailNoRequest_AreTakenOutOfService_AndComeBackEmpty()
    {
        Assert.That(await AdminAsync("health/ready"), Is.EqualTo("ready\n"));
        PoisonedCache poison = new(backends.Caching!.Items);
        int requests = 0;
        while ((await OkAsync("GetItem", Get)).CacheStatus != Degraded)
        {
            Assert.That(++requests, Is.LessThanOrEqualTo(CacheHealth.MostFaults), "each request is a fault at least");
        }

        Assert.That(
            await AdminAsync("health/ready"),
            Does.Match("^ready, but degraded: the caches are out of service since \\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z\n$"));
        JsonNode health = JsonNode.Parse(await AdminAsync("api/stats"))!["cacheHealth"]!;
        Assert.That((int)health["faults"]!, Is.GreaterThanOrEqualTo(CacheHealth.MostFaults));
        Assert.That(health["degradedSince"], Is.Not.Null);
        Assert.That(await AdminAsync("metrics"), Does.Contain("daxproxy_caches_degraded 1"));
        Assert.That(log.Lines, Has.Count.EqualTo(1).And.One.Contains("out of service"));

        await OkAsync("PutItem", Put(2));
        WireReply read = await OkAsync("GetItem", Get);
        Assert.That((read.CacheStatus, read.Text), Is.EqualTo((Degraded, """{"Item":{"k":{"S":"a"},"v":{"N":"2"}}}""")));

        poison.Dispose();
        time.Advance(CacheHealth.Rest);
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Is.EqualTo("DaxProxy; fwd=miss; stored"), "what was kept is not served");
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.StartWith("DaxProxy; hit"));
        Assert.That(await AdminAsync("health/ready"), Is.EqualTo("ready\n"));
        Assert.That(await AdminAsync("metrics"), Does.Contain("daxproxy_caches_degraded 0"));
        Assert.That(log.Lines, Has.Count.EqualTo(2).And.One.Contains("in service again"));
    }

    [Test]
    public async Task FaultOfTheShortWay_IsOneOfTheCaches_AndTheRequestTakesTheLongOne()
    {
        long before = backends.Caching!.Backend.Health.Faults;
        using PoisonedCache poison = new(backends.Caching.Items);
        WireReply read = await OkAsync("GetItem", Get);
        Assert.That((read.CacheStatus, read.Text), Is.EqualTo(("DaxProxy; fwd=miss", """{"Item":{"k":{"S":"a"},"v":{"N":"1"}}}""")));
        Assert.That(
            backends.Caching.Backend.Health.Faults - before, Is.EqualTo(3), "its look-up, that of the long way, and what it brought");
    }

    private static string Put(int version) => $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}";

    private Task<string> AdminAsync(string path) => client.GetStringAsync(new Uri($"http://{host.AdminEndPoint}/{path}"));

    private async Task<WireReply> OkAsync(string operation, string json)
    {
        WireReply reply = await wire.SendAsync(operation, json);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return reply;
    }

    private sealed class LogLines : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
