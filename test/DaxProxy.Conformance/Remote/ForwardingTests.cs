using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>Requests that a proxy with caches passes on as they are: what arrives, what comes back, and what the caches hold afterwards.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class ForwardingTests : IAsyncDisposable
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string PutWithoutItem = "{'TableName':'Tab'}";
    private const string Refusal = """{"__type" : "com.amazon.coral.validate#ValidationException",  "message":"In its own words"}""";

    private AnsweringServer backend = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private Wire wire = null!;

    [SetUp]
    public async Task StartAsync()
    {
        backend = await AnsweringServer.StartAsync();
        backend.Answers["DescribeTable"] = (200, """
            {"Table":{"TableName":"Tab","TableId":"1","TableStatus":"ACTIVE","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]}}
            """);
        backend.Answers["GetItem"] = (200, """{"Item":{"k":{"S":"a"}}}""");
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = backend.EndPoint.AbsoluteUri,
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
        };
        stack = BackendStack.Create(options, TimeProvider.System, credentials: new Amazon.Runtime.BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        wire = new Wire(new Uri($"http://{host.DataEndPoint}"));
        await wire.SendAsync("GetItem", Get);
        Assert.That((await wire.SendAsync("GetItem", Get)).CacheStatus, Does.Contain("hit"));
    }

    public async ValueTask DisposeAsync()
    {
        wire.Dispose();
        await host.DisposeAsync();
        stack.Dispose();
        await backend.DisposeAsync();
    }

    [TestCase(200, "{ \"b\" : 1.50,\n\"a\":[\"\\u00e9\", null] }")]
    [TestCase(418, "<short and stout/>")]
    public async Task UnknownOperation_IsPassedOnAsItIs_AndVoidsTheCaches(int status, string answer)
    {
        const string Sent = "{ 'Anything' : [1.0,   2e3], 'TableName':'Tab' }";
        backend.Answers["SomethingNew"] = (status, answer);
        WireReply reply = await wire.SendAsync("SomethingNew", Sent);
        Assert.That((reply.Status, reply.Text, reply.CacheStatus), Is.EqualTo((status, answer, (string?)null)));
        Assert.That(backend.Asked[^1], Is.EqualTo(("DynamoDB_20120810.SomethingNew", Sent.Replace('\'', '"'))));
        await wire.SendAsync("SomethingNew", Sent);
        Assert.That(backend.CountOf("SomethingNew"), Is.EqualTo(2), "nothing of it is kept");
        Assert.That(await IsCachedAsync(), Is.False);
    }

    [TestCase("PutItem", PutWithoutItem)]
    [TestCase("UpdateItem", "{'TableName':'Tab','Key':{'k':{'S':'a'}},'UpdateExpression':'SET'}")]
    [TestCase("DeleteItem", "{'TableName':'Tab','Key':{'k':{'S':1}}}")]
    [TestCase("TransactWriteItems", "{'TransactItems':[]}")]
    [TestCase("GetItem", "{'TableName':'Tab'}")]
    [TestCase("Query", "{'TableName':'Tab','Limit':0}")]
    public async Task BadRequest_IsRefusedByTheBackendInItsOwnWords_AndLeavesWhatIsCached(string operation, string request)
    {
        (int Status, string Body) before = backend.Answers.GetValueOrDefault(operation);
        backend.Answers[operation] = (400, Refusal);
        WireReply reply = await wire.SendAsync(operation, request);
        Assert.That((reply.Status, reply.Text), Is.EqualTo((400, Refusal)));
        Assert.That(backend.Asked[^1].Body, Is.EqualTo(request.Replace('\'', '"')));
        backend.Answers[operation] = before;
        Assert.That(await IsCachedAsync(), Is.True);
    }

    [TestCase("PutItem", PutWithoutItem, 200, ExpectedResult = false)]
    [TestCase("PutItem", PutWithoutItem, 500, ExpectedResult = false)]
    [TestCase("BatchWriteItem", "{'RequestItems':{'Tab':[]}}", 400, ExpectedResult = false)]
    [TestCase("PutItem", "{'TableName':'Other'}", 200, ExpectedResult = true)]
    [TestCase("Scan", "{'TableName':'Tab','Limit':0}", 200, ExpectedResult = true)]
    public async Task<bool> BadRequest_ThatTheBackendMayHaveObeyed_VoidsTheTablesThatItMayHaveChanged(string operation, string request, int status)
    {
        backend.Answers[operation] = (status, "{}");
        WireReply reply = await wire.SendAsync(operation, request);
        Assert.That((reply.Status, reply.Text), Is.EqualTo((status, "{}")));
        return await IsCachedAsync();
    }

    [TestCase("ExecuteStatement", "{}", "Value null at 'statement'")]
    [TestCase("ExecuteStatement", "{'Statement':'nonsense'}", "Statement wasn't well formed")]
    public async Task BadStatement_IsRefusedHere(string operation, string request, string text)
    {
        Assert.That((await wire.SendAsync(operation, request)).Error, Does.Contain(text));
        Assert.That(backend.CountOf(operation), Is.Zero);
    }

    private async Task<bool> IsCachedAsync() => (await wire.SendAsync("GetItem", Get)).CacheStatus!.Contains("; hit", StringComparison.Ordinal);
}
