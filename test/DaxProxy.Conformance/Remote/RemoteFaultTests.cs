using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>A proxy with caches whose way to its backend breaks: what the client sees, what is asked again, what the caches hold.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class RemoteFaultTests : IAsyncDisposable
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string Query = "{'TableName':'Tab','KeyConditionExpression':'k = :k','ExpressionAttributeValues':{':k':{'S':'a'}}}";

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
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { Enabled = false },
            QueryCache = new QueryCacheOptions { Enabled = false },
        };
        engine = BackendStack.Create(behind, TimeProvider.System);
        far = await DaxProxyHost.StartAsync(behind, engine, NullLoggerFactory.Instance, TimeProvider.System);
        link = new FaultyLink(new Uri($"http://{far.DataEndPoint}"));
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = link.EndPoint.AbsoluteUri,
                RequestTimeout = TimeSpan.FromSeconds(1),
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
            Resilience = new ResilienceOptions { MaxAttempts = 1 },
        };
        stack = BackendStack.Create(options, TimeProvider.System, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        near = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        wire = new Wire(new Uri($"http://{near.DataEndPoint}"));
        await OkAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        await OkAsync("PutItem", Put(1));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("hit"), "a write leaves its item behind");
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

    [TestCase(LinkFault.ResetBefore, 1)]
    [TestCase(LinkFault.ResetAfter, 2)]
    [TestCase(LinkFault.HangBefore, 1)]
    [TestCase(LinkFault.HangAfter, 2)]
    [TestCase(LinkFault.CorruptChecksum, 2)]
    [TestCase(LinkFault.Error500, 1)]
    [TestCase(LinkFault.Html503, 1)]
    public async Task Write_WithoutAnAnswer_IsUnknown_AndItsItemIsReadFromTheBackend(LinkFault fault, int left)
    {
        await OkAsync("Query", Query);
        link.FaultOf = operation => operation == "PutItem" ? fault : LinkFault.None;
        WireReply write = await wire.SendAsync("PutItem", Put(2));
        Assert.That(write.Status, Is.EqualTo(500));
        Assert.That(write.Text, Does.Contain("InternalServerError"));
        Assert.That(link.Arrived.Count(operation => operation == "PutItem"), Is.EqualTo(2), "it was asked once");

        WireReply read = await OkAsync("GetItem", Get), page = await OkAsync("Query", Query);
        Assert.That(read.Text, Does.Contain($"\"{left}\""));
        Assert.That(page.Text, Does.Contain($"\"{left}\""));
        Assert.That(read.CacheStatus, Is.EqualTo("DaxProxy; fwd=miss"), "it may still arrive, so nothing is kept");
    }

    [Test]
    public async Task Write_Throttled_IsRefused_AndChangesNothing()
    {
        link.FaultOf = operation => operation == "PutItem" ? LinkFault.Throttle : LinkFault.None;
        WireReply write = await wire.SendAsync("PutItem", Put(2));
        Assert.That(write.Status, Is.EqualTo(400));
        Assert.That(write.Text, Does.Contain("ProvisionedThroughputExceededException").And.Contain("slow down"));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("hit"), "a refusal is known to have no effect");
    }

    [Test]
    public async Task Read_WithoutAnAnswer_Fails_AndLeavesNothingBehind(
        [Values(LinkFault.ResetAfter, LinkFault.HangAfter, LinkFault.CorruptChecksum, LinkFault.Html503)] LinkFault fault)
    {
        string other = Get.Replace("'a'", "'b'", StringComparison.Ordinal);
        link.FaultOf = operation => operation == "GetItem" ? fault : LinkFault.None;
        Assert.That((await wire.SendAsync("GetItem", other)).Status, Is.EqualTo(500));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("hit"), "what is known is still served");
        link.FaultOf = _ => LinkFault.None;
        Assert.That((await OkAsync("GetItem", other)).CacheStatus, Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    [Test]
    public async Task Answer_Compressed_IsReadAndItsChecksumCompared()
    {
        string other = "{'TableName':'Tab','Key':{'k':{'S':'b'}}}";
        await OkAsync("PutItem", Put(7).Replace("'a'", "'b'", StringComparison.Ordinal));
        stack.Caching!.Backend.EvictAll();
        link.FaultOf = _ => LinkFault.Gzip;
        WireReply read = await OkAsync("GetItem", other);
        Assert.That(read.CacheStatus, Does.Contain("stored"));
        Assert.That(read.Text, Does.Contain("\"7\""));
    }

    [Test]
    public async Task ForwardedVerb_WithoutAnAnswer_FailsAsTheServiceDoes(
        [Values(LinkFault.ResetBefore, LinkFault.HangBefore, LinkFault.Error500)] LinkFault fault)
    {
        link.FaultOf = operation => operation == "ListTables" ? fault : LinkFault.None;
        WireReply reply = await wire.SendAsync("ListTables", "{}");
        Assert.That(reply.Status, Is.EqualTo(500));
        Assert.That(reply.Text, Does.Contain("InternalServerError"));
        link.FaultOf = _ => LinkFault.None;
        Assert.That((await OkAsync("ListTables", "{}")).Text, Does.Contain("Tab"));
    }

    [Test]
    public async Task UnknownVerb_IsPassedOn_AndVoidsTheCaches()
    {
        WireReply reply = await wire.SendAsync("FrobnicateItems", "{'TableName':'Tab','Level':11}");
        Assert.That(reply.Text, Does.Contain("UnknownOperationException"), "the backend's own words");
        Assert.That(link.Bodies, Does.Contain("""{"TableName":"Tab","Level":11}"""));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("miss"));
    }

    [Test]
    public async Task Table_DeletedThroughTheProxy_IsForgotten()
    {
        await OkAsync("DeleteTable", "{'TableName':'Tab'}");
        Assert.That((await wire.SendAsync("GetItem", Get)).Text, Does.Contain("ResourceNotFoundException"));
    }

    [Test]
    public async Task TableNamedByItsArn_IsNotTakenForOurs()
    {
        const string Arn = "'arn:aws:dynamodb:us-east-1:000000000000:table/Tab'";
        WireReply read = await OkAsync("GetItem", Get.Replace("'Tab'", Arn, StringComparison.Ordinal));
        Assert.That(read.CacheStatus, Is.Null);
        Assert.That(link.Bodies[^1], Does.Contain(Arn.Trim('\'')));
        await OkAsync("PutItem", Put(2).Replace("'Tab'", Arn, StringComparison.Ordinal));
        Assert.That((await OkAsync("GetItem", Get)).Text, Does.Contain("\"2\""));
    }

    private static string Put(int version) => $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}";

    private async Task<WireReply> OkAsync(string operation, string json)
    {
        WireReply reply = await wire.SendAsync(operation, json);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return reply;
    }
}
