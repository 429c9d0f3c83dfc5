using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>What an operator can ask of the caches: why a request was answered as it was, and to forget something.</summary>
public sealed class ExplainAndEvictTests
{
    private const string Table = "Orders";
    private const string Item = "'Key':{'p':{'S':'a'},'s':{'S':'1'}}";
    private const string OtherItem = "'Key':{'p':{'S':'b'},'s':{'S':'1'}}";
    private const string Query = "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'a'}}";
    private const string OtherQuery = "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'b'}}";
    private const string LocalQuery = "'IndexName':'lsi'," + Query;
    private const string GlobalQuery = "'IndexName':'gsi','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{':g':{'S':'x'}}";
    private const string OtherGlobalQuery =
        "'IndexName':'gsi','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{':g':{'S':'y'}}";

    private BackendStack backends = null!;
    private DaxProxyHost host = null!;
    private AmazonDynamoDBClient sdk = null!;
    private HttpClient client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { MaxBytes = 1 << 20 },
            QueryCache = new QueryCacheOptions { MaxBytes = 1 << 20 },
        };
        backends = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, TimeProvider.System);
        client = new HttpClient();
        sdk = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
        await sdk.CreateTableAsync(new TableShape("p:S s:S").Lsi("lsi", "p:S n:N", "ALL").Gsi("gsi", "g:S", "ALL").Request(Table));
        foreach ((string p, string g) in new[] { ("a", "x"), ("b", "y") })
        {
            await sdk.PutItemAsync(Table, Attributes.Item($"{{'p':{{'S':'{p}'}},'s':{{'S':'1'}},'n':{{'N':'1'}},'g':{{'S':'{g}'}}}}"));
        }
    }

    [TearDown]
    public async Task StopAsync()
    {
        sdk.Dispose();
        client.Dispose();
        await host.DisposeAsync();
        backends.Dispose();
    }

    [Test]
    public async Task GetItem_Explained_SaysWhy()
    {
        await EvictAsync("'all':true");
        Assert.That(await ExplainAsync("GetItem", Item), Is.EqualTo("DaxProxy; fwd=miss; stored; detail=\"item not known\""));
        Assert.That(await ExplainAsync("GetItem", Item), Does.Match("^DaxProxy; hit; ttl=\\d+; detail=\"item known\"$"));
        Assert.That(
            await ExplainAsync("GetItem", Item + ",'ConsistentRead':true"), Is.EqualTo("DaxProxy; fwd=bypass; detail=\"consistent read\""));
    }

    [Test]
    public async Task Query_Explained_SaysWhy()
    {
        Assert.That(await ExplainAsync("Query", Query), Is.EqualTo("DaxProxy; fwd=miss; stored; detail=\"page not known\""));
        Assert.That(
            await ExplainAsync("Query", Query),
            Does.Match("^DaxProxy; hit; ttl=\\d+; detail=\"page of \\d+ ms ago, no write since then\"$"));
        string range = "'KeyConditionExpression':'p = :p AND s < :s','ExpressionAttributeValues':{':p':{'S':'a'},':s':{'S':'5'}}";
        await ExplainAsync("Query", range);
        await sdk.PutItemAsync(Table, Attributes.Item("{'p':{'S':'a'},'s':{'S':'7'}}"));
        Assert.That(await ExplainAsync("Query", range), Does.EndWith("ms ago, writes since then are outside it\""));
        Assert.That(await ExplainAsync("Query", Query), Is.EqualTo("DaxProxy; fwd=miss; stored; detail=\"page written to\""));
    }

    [Test]
    public async Task NoHeader_NoDetail() =>
        Assert.That(await SendAsync("GetItem", Item, explained: false), Does.Not.Contain("detail"));

    [TestCase("'table':'Orders','partition':{'p':{'S':'a'}}", "item,query,local")]
    [TestCase("'table':'Orders','index':'gsi','partition':{'g':{'S':'x'}}", "global")]
    [TestCase("'table':'Orders','index':'gsi'", "global,otherGlobal")]
    [TestCase("'table':'Orders','index':'lsi'", "local")]
    [TestCase("'table':'Orders','key':{'p':{'S':'a'},'s':{'S':'1'}}", "item,query,local,global,otherGlobal")]
    [TestCase("'table':'Orders'", "item,other,query,otherQuery,local,global,otherGlobal")]
    [TestCase("'all':true", "item,other,query,otherQuery,local,global,otherGlobal")]
    public async Task Evict_ForgetsWhatItNames_AndKeepsTheRest(string what, string expected)
    {
        (string Name, string Operation, string Members)[] reads =
        [
            ("item", "GetItem", Item), ("other", "GetItem", OtherItem), ("query", "Query", Query), ("otherQuery", "Query", OtherQuery),
            ("local", "Query", LocalQuery), ("global", "Query", GlobalQuery), ("otherGlobal", "Query", OtherGlobalQuery),
        ];
        foreach ((_, string operation, string members) in reads)
        {
            await SendAsync(operation, members, explained: false);
        }

        Assert.That(await EvictAsync(what), Is.EqualTo(200));
        List<string> forgotten = [];
        foreach ((string name, string operation, string members) in reads)
        {
            if ((await SendAsync(operation, members, explained: false)).Contains("fwd=miss", StringComparison.Ordinal))
            {
                forgotten.Add(name);
            }
        }

        Assert.That(string.Join(',', forgotten), Is.EqualTo(expected));
    }

    [TestCase("'table':'Orders','index':'none'")]
    [TestCase("'table':'Orders','index':1")]
    [TestCase("'table':'Orders','partition':{'q':{'S':'a'}}")]
    [TestCase("'table':'Orders','partition':{'p':{'N':'1'}}")]
    [TestCase("'table':'Orders','partition':{'p':{'S':'a'},'s':{'S':'1'}}")]
    public async Task Evict_OfWhatIsNotThere_IsRefused(string what)
    {
        await SendAsync("GetItem", Item, explained: false);
        Assert.That(await EvictAsync(what), Is.EqualTo(400));
    }

    [Test]
    public async Task Statistics_TellTheReasons()
    {
        await SendAsync("Query", Query, explained: false);
        await SendAsync("Query", Query, explained: false);
        await sdk.DeleteItemAsync(Table, Attributes.Item("{'p':{'S':'a'},'s':{'S':'1'}}"));
        await SendAsync("Query", Query, explained: false);
        JsonNode pages = JsonNode.Parse(
            await client.GetStringAsync(new Uri($"http://{host.AdminEndPoint}/api/stats")))!["queryCache"]![Table]!;
        Assert.That(
            ((long)pages["hits"]!, (long)pages["missesAbsent"]!, (long)pages["missesWritten"]!, (long)pages["stored"]!),
            Is.EqualTo((1L, 1L, 1L, 2L)));
        string metrics = await client.GetStringAsync(new Uri($"http://{host.AdminEndPoint}/metrics"));
        Assert.That(metrics, Does.Contain("daxproxy_query_cache_misses_total{table=\"Orders\",reason=\"written\"} 1"));
    }

    private Task<string> ExplainAsync(string operation, string members) => SendAsync(operation, members, explained: true);

    private async Task<string> SendAsync(string operation, string members, bool explained)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{host.DataEndPoint}"))
        {
            Content = Json($"'TableName':'{Table}',{members}", "application/x-amz-json-1.0"),
        };
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.Add("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00");
        if (explained)
        {
            request.Headers.Add("x-daxproxy-explain", "1");
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(200), await response.Content.ReadAsStringAsync());
        return response.Headers.GetValues("Cache-Status").Single();
    }

    private async Task<int> EvictAsync(string members)
    {
        using StringContent what = Json(members, "application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri($"http://{host.AdminEndPoint}/api/evict"), what);
        return (int)response.StatusCode;
    }

    private static StringContent Json(string members, string type) =>
        new("{" + members.Replace('\'', '"') + "}", Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue(type));
}
