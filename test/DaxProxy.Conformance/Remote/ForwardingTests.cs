using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// Requests that a proxy with caches passes on as they are: what arrives, what comes back, and what the caches hold afterwards.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class ForwardingTests : IAsyncDisposable
{
    private const string PageOrigin = "http://page.example";

    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string PutWithoutItem = "{'TableName':'Tab'}";
    private const string Refusal = """{"__type" : "com.amazon.coral.validate#ValidationException",  "message":"In its own words"}""";

    private AnsweringServer backend = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private Wire wire = null!;
    private readonly ListLogger log = new();

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
            Listen = new ListenOptions { Port = 0, AdminPort = 0, AllowedOrigins = PageOrigin },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = backend.EndPoint.AbsoluteUri,
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
        };
        stack = BackendStack.Create(
            options, TimeProvider.System, log, credentials: new Amazon.Runtime.BasicAWSCredentials("AKIDEXAMPLE", "secret"));
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

    [Test]
    public async Task Answer_ThatIsPassedOn_HasTheHeadersOfEveryAnswer_AndNoneOfTheBackendsOwn()
    {
        backend.Answers["ListTables"] = (200, """{"TableNames":[]}""");
        backend.Dress = response =>
        {
            response.ContentType = "application/x-amz-json-1.0; charset=utf-8";
            response.Headers["x-amz-id-2"] = "ITS-HOST";
            response.Headers["x-amz-crc32"] = "7";
            response.Headers.SetCookie = "session=stolen";
            response.Headers.Location = "http://elsewhere.example/";
            response.Headers.Server = "Its/1.0";
            response.Headers.Date = "Mon, 01 Jan 2001 00:00:00 GMT";
            response.Headers["Refresh"] = "0; url=http://elsewhere.example/";
            response.Headers.AccessControlAllowOrigin = "http://elsewhere.example";
            response.Headers.KeepAlive = "timeout=5";
            response.Headers.StrictTransportSecurity = "max-age=1";
            response.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>()!.ReasonPhrase = "Its own words";
        };
        using HttpResponseMessage passed = await SendAsync("ListTables");
        using HttpResponseMessage ordinary = await SendAsync("DescribeEndpoints");
        Dictionary<string, string> heads = HeadersOf(passed), own = HeadersOf(ordinary);
        Assert.That(
            (heads["x-amzn-RequestId"], heads["x-amz-crc32"], heads["x-amz-id-2"], heads["Content-Type"]),
            Is.EqualTo(("ITS-OWN", "7", "ITS-HOST", "application/x-amz-json-1.0")));
        Assert.That(passed.ReasonPhrase, Is.EqualTo("OK"));
        Assert.That(heads["Date"], Does.Not.Contain("2001"));
        foreach (string name in new[] { "x-amzn-RequestId", "x-amz-crc32", "x-amz-id-2", "Content-Length", "Transfer-Encoding", "Date" })
        {
            heads.Remove(name);
            own.Remove(name);
        }

        Assert.That(heads, Is.EquivalentTo(own), "Server, and what browsers are told");
    }

    [TestCase(200, "text/html", "<script>alert(1)</script>")]
    [TestCase(200, null, "{}")]
    [TestCase(200, "application/cbor", "")]
    [TestCase(204, "application/x-amz-json-1.0", "")]
    [TestCase(301, "application/x-amz-json-1.0", "{}")]
    [TestCase(307, "application/x-amz-json-1.0", "")]
    [TestCase(403, "text/html", "<html/>")]
    [TestCase(503, "text/html", "<html/>")]
    public async Task Answer_ThatIsNoneOfTheProtocol_BecomesAnErrorOfDynamoDb(int status, string? type, string answer)
    {
        backend.Answers["ListTables"] = (status, answer);
        backend.Dress = response =>
        {
            response.ContentType = type;
            response.Headers.Location = "http://elsewhere.example/";
        };
        using HttpResponseMessage reply = await SendAsync("ListTables");
        Assert.That((int)reply.StatusCode, Is.EqualTo(500));
        Assert.That(HeadersOf(reply).Keys, Does.Not.Contain("Location"));
        Assert.That(reply.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/x-amz-json-1.0"));
        Assert.That(await reply.Content.ReadAsStringAsync(), Is.EqualTo(
            """{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}"""));
    }

    [TestCase("SearchVectors", "{'TableName':'Tab','IndexName':'v','SearchVector':[1.0],'TopK':1}")]
    [TestCase("SearchVectors", "{'TableName':'arn:aws:dynamodb:us-east-1:1:table/Tab'}")]
    [TestCase("DescribeBulkOperation", "{'BulkOperationArn':'arn'}")]
    [TestCase("ListBulkOperations", "{}")]
    [TestCase("CancelBulkOperation", "{'BulkOperationArn':'arn'}")]
    public async Task Verb_WithoutEffectOnItems_LeavesWhatIsCached(string operation, string request)
    {
        backend.Answers[operation] = (200, "{}");
        Assert.That((await wire.SendAsync(operation, request)).Text, Is.EqualTo("{}"));
        Assert.That(await IsCachedAsync(), Is.True);
    }

    [Test]
    public async Task StartBulkPutItems_KeepsItsTableOutOfTheCaches_AndIsPassedOnAsItIs()
    {
        const string Request = "{'TableName':'Tab','InputS3Configuration':{'S3Bucket':'b','InputFormat':'ION'}}";
        string running = BulkAnswer("IN_PROGRESS");
        backend.Answers["StartBulkPutItems"] = backend.Answers["DescribeBulkOperation"] = (200, running);
        Assert.That((await wire.SendAsync("StartBulkPutItems", Request)).Text, Is.EqualTo(running));
        Assert.That(backend.Asked[^1].Body, Is.EqualTo(Request.Replace('\'', '"')));
        for (int version = 1; version < 4; version++)
        {
            backend.Answers["GetItem"] = (200, $$"""{"Item":{"k":{"S":"a"},"v":{"N":"{{version}}"} } }""");
            Assert.That((await wire.SendAsync("GetItem", Get)).Text, Does.Contain($"\"{version}\""), "it goes on writing");
        }

        string ended = BulkAnswer("COMPLETED");
        backend.Answers["DescribeBulkOperation"] = (200, ended);
        Assert.That((await wire.SendAsync("DescribeBulkOperation", "{'BulkOperationArn':'arn:1'}")).Text, Is.EqualTo(ended));
        Assert.That(log.Lines, Has.Some.Contains("A bulk operation writes Tab").And.Some.Contains("The bulk operation on Tab has ended"));
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
    public async Task<bool> BadRequest_ThatTheBackendMayHaveObeyed_VoidsTheTablesThatItMayHaveChanged(
        string operation, string request, int status)
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

    private static string BulkAnswer(string status) =>
        $$"""{"BulkOperationDescription":{"BulkOperationArn":"arn:1","BulkOperationStatus":"{{status}}","TableDetails":[{"TableName":"Tab"}]} }""";

    private async Task<HttpResponseMessage> SendAsync(string operation)
    {
        using HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpRequestMessage request = new(HttpMethod.Post, wire.EndPoint) { Content = new StringContent("{}") };
        request.Content.Headers.ContentType = new("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.Add("X-Amz-Date", "20260101T000000Z");
        request.Headers.Add("Origin", PageOrigin);
        request.Headers.TryAddWithoutValidation("Authorization", Wire.Authorization);
        return await client.SendAsync(request);
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage reply) =>
        reply.Headers.NonValidated.Concat(reply.Content.Headers.NonValidated)
        .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private async Task<bool> IsCachedAsync() =>
        (await wire.SendAsync("GetItem", Get)).CacheStatus!.Contains("; hit", StringComparison.Ordinal);
}
