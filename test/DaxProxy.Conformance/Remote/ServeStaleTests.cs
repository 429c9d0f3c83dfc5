using System.Text.Json.Nodes;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>A proxy that may answer past the end of a life, before a backend that is out.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class ServeStaleTests : IAsyncDisposable
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string Absent = "{'TableName':'Tab','Key':{'k':{'S':'none'}}}";
    private const string Query = "{'TableName':'Tab','KeyConditionExpression':'k = :k','ExpressionAttributeValues':{':k':{'S':'a'}}}";
    private const string Batch = "{'RequestItems':{'Tab':{'Keys':[{'k':{'S':'a'}},{'k':{'S':'unread'}}]}}}";

    private readonly MovableTime time = new();
    private BackendStack engine = null!;
    private DaxProxyHost far = null!;
    private FaultyLink link = null!;
    private BackendStack stack = null!;
    private DaxProxyHost near = null!;
    private Wire wire = null!;

    [SetUp]
    public async Task StartAsync()
    {
        ProxyOptions behind = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { Enabled = false },
            QueryCache = new QueryCacheOptions { Enabled = false },
        };
        engine = BackendStack.Create(behind, TimeProvider.System);
        far = await DaxProxyHost.StartAsync(behind, engine, NullLoggerFactory.Instance, TimeProvider.System);
        link = new FaultyLink(new Uri($"http://{far.DataEndPoint}"));
        TimeSpan life = TimeSpan.FromSeconds(100), grace = TimeSpan.FromSeconds(600);
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = link.EndPoint.AbsoluteUri,
                RequestTimeout = TimeSpan.FromSeconds(1),
                TableRefreshInterval = TimeSpan.FromDays(1),
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },

            // Long enough for the failure to be seen: what is answered before it is another test's matter.
            ItemCache = new ItemCacheOptions
            {
                TimeToLive = life,
                NegativeTimeToLive = life,
                ServeStale = grace,
                StaleAfter = TimeSpan.FromSeconds(10),
            },
            QueryCache = new QueryCacheOptions { TimeToLive = life, ServeStale = grace, StaleAfter = TimeSpan.FromSeconds(10) },
        };
        stack = BackendStack.Create(options, time, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        near = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, time);
        wire = new Wire(new Uri($"http://{near.DataEndPoint}"));
        await OkAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        await OkAsync("PutItem", Put(1));
        foreach ((string operation, string request) in new[] { ("GetItem", Get), ("GetItem", Absent), ("Query", Query) })
        {
            await OkAsync(operation, request);
            Assert.That((await OkAsync(operation, request)).CacheStatus, Does.StartWith("DaxProxy; hit"));
        }

        time.Advance(TimeSpan.FromSeconds(200));
    }

    public async ValueTask DisposeAsync()
    {
        wire.Dispose();
        await near.DisposeAsync();
        stack.Dispose();
        await link.DisposeAsync();
        await far.DisposeAsync();
        engine.Dispose();
    }

    [TestCase(LinkFault.Throttle, "throttled")]
    [TestCase(LinkFault.Error500, "status 500")]
    [TestCase(LinkFault.Html503, "status 50[03]")]
    [TestCase(LinkFault.HangBefore, "status 500", Category = "Long")]
    [TestCase(LinkFault.ResetBefore, "status 500")]
    public async Task Outage_IsAnsweredWithWhatIsKnown_Marked_AndRecoveryIsSeen(LinkFault fault, string reason)
    {
        link.FaultOf = _ => fault;
        string marked = $"^DaxProxy; hit; ttl=-1\\d\\d; detail=\"stale, {reason}\"$";
        foreach ((string operation, string request) in new[] { ("GetItem", Get), ("GetItem", Absent), ("Query", Query), ("BatchGetItem", Batch) })
        {
            WireReply stale = await OkAsync(operation, request);
            Assert.That(stale.CacheStatus, Does.Match(marked));
            Assert.That(stale.Text, request == Absent ? Is.EqualTo("{}") : Does.Contain("""{"N":"1"}"""));
            Assert.That(stale.Text.Contains("\"UnprocessedKeys\":{\"Tab\"", StringComparison.Ordinal), Is.EqualTo(request == Batch));
        }

        Assert.That(
            (await wire.SendAsync("GetItem", Get.Replace("}}}", "}},'ConsistentRead':true}", StringComparison.Ordinal))).Status,
            Is.Not.EqualTo(200));
        Assert.That((await wire.SendAsync("TransactGetItems", "{'TransactItems':[{'Get':" + Get + "}]}")).Status, Is.Not.EqualTo(200));
        using HttpClient client = new();
        JsonNode figures = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://{near.AdminEndPoint}/api/stats")))!;
        Assert.That(((int)figures["cache"]!["Tab"]!["staleHits"]!, (int)figures["queryCache"]!["Tab"]!["staleHits"]!), Is.EqualTo((3, 1)));
        string metrics = await client.GetStringAsync(new Uri($"http://{near.AdminEndPoint}/metrics"));
        Assert.That(metrics, Does.Contain("daxproxy_cache_stale_hits_total{table=\"Tab\"} 3"));

        link.FaultOf = _ => LinkFault.None;
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Is.EqualTo("DaxProxy; fwd=miss; stored"));
        Assert.That((await OkAsync("Query", Query)).CacheStatus, Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    [TestCase(LinkFault.HangBefore, Category = "Long")]
    [TestCase(LinkFault.ResetAfter)]
    [TestCase(LinkFault.Error500)]
    public async Task WriteOfUnknownOutcome_EndsWhatWasKnown(LinkFault fault)
    {
        link.FaultOf = _ => fault;
        Assert.That((await wire.SendAsync("PutItem", Put(2))).Status, Is.EqualTo(500));
        Assert.That((await wire.SendAsync("GetItem", Get)).Status, Is.EqualTo(500));
        Assert.That((await wire.SendAsync("Query", Query)).Status, Is.EqualTo(500));
        Assert.That((await OkAsync("GetItem", Absent)).CacheStatus, Does.Contain("stale"), "of other items it is known");
    }

    [Test]
    public async Task WriteThatWasThrottled_LeavesWhatIsKnown()
    {
        link.FaultOf = _ => LinkFault.Throttle;
        Assert.That((await wire.SendAsync("PutItem", Put(2))).Status, Is.EqualTo(400));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("stale"));
    }

    [Test]
    public async Task PastTheBound_TheFailureIsPassedOn()
    {
        link.FaultOf = _ => LinkFault.Error500;
        time.Advance(TimeSpan.FromSeconds(500));
        Assert.That((await wire.SendAsync("GetItem", Get)).Status, Is.EqualTo(500));
        Assert.That((await wire.SendAsync("Query", Query)).Status, Is.EqualTo(500));
    }

    private static string Put(int version) => $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}";

    private async Task<WireReply> OkAsync(string operation, string json)
    {
        WireReply reply = await wire.SendAsync(operation, json);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return reply;
    }
}
