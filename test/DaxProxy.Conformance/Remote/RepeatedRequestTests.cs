using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>A proxy with caches that asks its backend again: what the client sees, and what the caches hold then.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class RepeatedRequestTests : IAsyncDisposable
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string Add =
        "{'TableName':'Tab','Key':{'k':{'S':'a'}},'UpdateExpression':'ADD v :n','ExpressionAttributeValues':{':n':{'N':'1'}}}";

    private readonly ProxyOptions behind = new()
    {
        Listen = new ListenOptions { Port = 0, AdminPort = 0 },
        Dax = new DaxOptions { Enabled = false },
        Backend = new BackendOptions { InMemory = true },
        ItemCache = new ItemCacheOptions { Enabled = false },
        QueryCache = new QueryCacheOptions { Enabled = false },
    };

    private readonly List<DaxProxyHost> hosts = [];
    private BackendStack engine = null!;
    private FaultyLink link = null!;
    private BackendStack stack = null!;
    private Wire wire = null!;

    private Uri Admin => new($"http://{hosts[1].AdminEndPoint}");

    [SetUp]
    public async Task StartAsync()
    {
        engine = BackendStack.Create(behind, TimeProvider.System);
        hosts.Add(await DaxProxyHost.StartAsync(behind, engine, NullLoggerFactory.Instance, TimeProvider.System));
        link = new FaultyLink(new Uri($"http://{hosts[0].DataEndPoint}"));
        await ProxyAsync(link.EndPoint, new ResilienceOptions());
        await OkAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        await OkAsync("PutItem", Put(1));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("hit"), "a write leaves its item behind");
        link.Forget();
    }

    public async ValueTask DisposeAsync()
    {
        wire.Dispose();
        foreach (DaxProxyHost host in Enumerable.Reverse(hosts))
        {
            await host.DisposeAsync();
        }

        stack.Dispose();
        await link.DisposeAsync();
        engine.Dispose();
    }

    [TestCase(LinkFault.Throttle)]
    [TestCase(LinkFault.ResetAfter)]
    [TestCase(LinkFault.CorruptChecksum)]
    [TestCase(LinkFault.Html503)]
    public async Task Read_ThatFailsOnce_IsAnswered(LinkFault fault)
    {
        Once("GetItem", fault);
        WireReply read = await OkAsync("GetItem", Get.Replace("'a'", "'b'", StringComparison.Ordinal));
        Assert.That(read.CacheStatus, Does.Contain("stored"));
        Assert.That(link.Arrived, Is.EqualTo(new[] { "GetItem", "GetItem" }));
    }

    [Test]
    public async Task Write_ThatIsThrottledOnce_IsAnswered_AndItsItemKept()
    {
        Once("PutItem", LinkFault.Throttle);
        await OkAsync("PutItem", Put(2));
        WireReply read = await OkAsync("GetItem", Get);
        Assert.That(read.CacheStatus, Does.Contain("hit"), "a refusal is known to have no effect");
        Assert.That(read.Text, Does.Contain("\"2\""));
        Assert.That(link.Arrived, Is.EqualTo(new[] { "PutItem", "PutItem" }));
    }

    [TestCase(LinkFault.Error500)]
    [TestCase(LinkFault.ResetBefore)]
    [TestCase(LinkFault.ResetAfter)]
    [TestCase(LinkFault.CorruptChecksum)]
    public async Task Write_Idempotent_ThatHasNoAnswerOnce_IsAnswered_ButNothingIsKept(LinkFault fault)
    {
        Once("PutItem", fault);
        await OkAsync("PutItem", Put(2));
        Assert.That(link.Arrived.Count(operation => operation == "PutItem"), Is.EqualTo(2));
        WireReply read = await OkAsync("GetItem", Get);
        Assert.That(read.CacheStatus, Is.EqualTo("DaxProxy; fwd=miss"), "the first one may still arrive");
        Assert.That(read.Text, Does.Contain("\"2\""));
    }

    [TestCase(LinkFault.Error500, 1)]
    [TestCase(LinkFault.ResetAfter, 2)]
    public async Task Write_NotIdempotent_ThatHasNoAnswer_IsTheClientsToRepeat(LinkFault fault, int left)
    {
        Once("UpdateItem", fault);
        WireReply write = await wire.SendAsync("UpdateItem", Add);
        Assert.That(write.Status, Is.EqualTo(500));
        Assert.That(write.Text, Does.Contain("InternalServerError"));
        Assert.That(link.Arrived, Is.EqualTo(new[] { "UpdateItem" }));
        Assert.That((await OkAsync("GetItem", Get)).Text, Does.Contain($"\"{left}\""), "it was not added twice");
    }

    [Test]
    public async Task Backend_ThatCannotBeReachedAtFirst_IsWaitedFor_AndNothingIsDoubted()
    {
        int port = FreePort();
        wire.Dispose();
        stack.Dispose();
        await ProxyAsync(
            new Uri($"http://127.0.0.1:{port}"), new ResilienceOptions { MaxAttempts = 10, BaseDelay = TimeSpan.FromMilliseconds(200) });
        Task<WireReply> writing = wire.SendAsync("PutItem", Put(2)), listing = wire.SendAsync("ListTables", "{}");
        Assert.That(SpinWait.SpinUntil(() => stack.Resilience!.RetriesNeverSent >= 2, TimeSpan.FromSeconds(30)), "no server listens there");
        hosts.Add(await DaxProxyHost.StartAsync(
            behind with { Listen = new ListenOptions { Port = port, AdminPort = 0 } }, engine, NullLoggerFactory.Instance,
            TimeProvider.System));
        Assert.That((await writing).Status, Is.EqualTo(200));
        Assert.That((await listing).Text, Does.Contain("Tab"), "what is passed on as it is waits, too");
        await OkAsync("GetItem", Get);
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("hit"), "what was never sent cannot arrive");
        Assert.That(stack.Resilience!.RetriesUnknown, Is.Zero);
    }

    [Test]
    public async Task Repetitions_AreCounted()
    {
        Once("GetItem", LinkFault.Throttle);
        await OkAsync("GetItem", Get.Replace("'a'", "'b'", StringComparison.Ordinal));
        using HttpClient client = new();
        JsonNode backend = JsonNode.Parse(await client.GetStringAsync(new Uri(Admin, "/api/stats")))!["backend"]!;
        Assert.That((long)backend["retriesThrottled"]!, Is.EqualTo(1));
        Assert.That((long)backend["requests"]!, Is.GreaterThanOrEqualTo(3));
        string metrics = await client.GetStringAsync(new Uri(Admin, "/metrics"));
        Assert.That(
            metrics, Does.Contain("daxproxy_backend_retries_total{reason=\"throttled\"} 1\n").And.Contain("daxproxy_backend_broken 0\n"));
    }

    private static string Put(int version) => $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}";

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task ProxyAsync(Uri endPoint, ResilienceOptions resilience)
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = endPoint.AbsoluteUri,
                RequestTimeout = TimeSpan.FromSeconds(5),
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
            Resilience = resilience,
        };
        stack = BackendStack.Create(options, TimeProvider.System, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        hosts.Add(await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System));
        wire = new Wire(new Uri($"http://{hosts[^1].DataEndPoint}"));
    }

    /// <summary>The next request of this operation meets a fault, later ones do not.</summary>
    private void Once(string operation, LinkFault fault)
    {
        int met = 0;
        link.FaultOf = request => request.Operation == operation && Interlocked.Increment(ref met) == 1 ? fault : LinkFault.None;
    }

    private async Task<WireReply> OkAsync(string operation, string json)
    {
        WireReply reply = await wire.SendAsync(operation, json);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return reply;
    }
}
