using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>What an SDK's user meets where the engine enforces the throughput of tables.</summary>
internal sealed class ThroughputTests
{
    private const string OfTable = "The level of configured provisioned throughput for the table was exceeded. "
        + "Consider increasing your provisioning level with the UpdateTable API.";

    private ServerProcess server = null!;
    private AmazonDynamoDBClient client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await ServerProcess.StartAsync(
            ["--in-memory"], new() { ["DAXPROXY__Backend__Throughput"] = "enforce", ["DAXPROXY__Tables__free-*__Throughput"] = "off" });
        client = server.Sdk;
        foreach (string table in (string[])["small", "batch", "transaction", "free-of-limits"])
        {
            await client.CreateTableAsync(new CreateTableRequest
            {
                TableName = table,
                AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
                KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
                ProvisionedThroughput = new ProvisionedThroughput(5, 5),
            });
        }
    }

    [OneTimeTearDown]
    public void Stop() => server.Dispose();

    [Test]
    public async Task PutItem_BeyondFiveUnits_ThrowsWhatDynamoDbThrows_AndWritesNothing()
    {
        await client.PutItemAsync("small", Item("cached"));
        await client.GetItemAsync("small", Key("cached"));
        await client.PutItemAsync("small", Item("large", 390));
        ProvisionedThroughputExceededException refused = (await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(
            () => client.PutItemAsync("small", Item("next"))))!;
        Assert.That(refused.Message, Is.EqualTo(OfTable));
        Assert.That((int)refused.StatusCode, Is.EqualTo(400));
        Assert.That(
            refused.ThrottlingReasons.Select(reason => (reason.Reason, reason.Resource)),
            Is.EqualTo(new[] { ("TableWriteProvisionedThroughputExceeded", "arn:aws:dynamodb:us-east-1:000000000000:table/small") }));
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(() => client.DeleteItemAsync("small", Key("cached")));
        Assert.That((await client.GetItemAsync("small", Key("cached"))).IsItemSet, Is.True);
        Assert.That((await client.GetItemAsync("small", Key("next"))).IsItemSet, Is.False);

        using HttpClient admin = new() { BaseAddress = server.AdminEndPoint };
        Assert.That(
            await admin.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            Does.Contain("daxproxy_throttled_requests_total{table=\"small\",kind=\"write\"} 2\n"));
    }

    [Test]
    public async Task BatchWriteItem_BeyondFiveUnits_HandsBackTheRest()
    {
        BatchWriteItemResponse reply = await client.BatchWriteItemAsync(new Dictionary<string, List<WriteRequest>>
        {
            ["batch"] = [.. new[] { "a", "b", "c" }.Select(id => new WriteRequest(new PutRequest(Item(id, 390))))],
        });
        Assert.That(reply.UnprocessedItems["batch"].Select(write => write.PutRequest.Item["id"].S), Is.EqualTo(new[] { "b", "c" }));
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(() => client.BatchWriteItemAsync(reply.UnprocessedItems));
    }

    [Test]
    public async Task TransactWriteItems_OfAThrottledTable_IsCancelled()
    {
        await client.PutItemAsync("transaction", Item("large", 390));
        TransactionCanceledException refused =
            (await Assert.ThrowsAsync<TransactionCanceledException>(() => client.TransactWriteItemsAsync(new TransactWriteItemsRequest
            {
                TransactItems = [.. new[] { "free-of-limits", "transaction" }.Select(
                    table => new TransactWriteItem { Put = new Put { TableName = table, Item = Item("a") } })],
            })))!;
        Assert.That(
            refused.CancellationReasons.Select(reason => (reason.Code, reason.Message)),
            Is.EqualTo(new[] { ("None", null), ("ProvisionedThroughputExceeded", OfTable) }));
        Assert.That((await client.GetItemAsync("free-of-limits", Key("a"))).IsItemSet, Is.False);
    }

    [Test]
    public async Task TableThatIsExcepted_HasNoLimits()
    {
        for (int write = 0; write < 5; write++)
        {
            await client.PutItemAsync("free-of-limits", Item("b", 390));
        }
    }

    /// <summary>
    /// 150 units a second save 45,000 in the five minutes that are kept; 200 a second take 50 of these. Source: the service's documentation
    /// of burst capacity.
    /// </summary>
    [Test]
    public async Task TableThatWasIdle_Gives200UnitsASecondFor15Minutes_With150Provisioned()
    {
        StandingTime time = new();
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true, Throughput = ThroughputMode.Enforce },
        };
        using BackendStack backends = BackendStack.Create(options, time);
        await using DaxProxyHost host = await DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, TimeProvider.System);
        using AmazonDynamoDBClient reader = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
        await reader.CreateTableAsync(new CreateTableRequest
        {
            TableName = "idle",
            AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
            KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
            ProvisionedThroughput = new ProvisionedThroughput(150, 5),
        });
        await reader.PutItemAsync("idle", Item("of 100 units", 400));
        GetItemRequest read = new()
        {
            TableName = "idle",
            Key = Key("of 100 units"),
            ConsistentRead = true,
            ProjectionExpression = "id",
        };
        time.Advance(TimeSpan.FromMinutes(10));

        int seconds = 0;
        try
        {
            for (; seconds < 2000; seconds++)
            {
                await reader.GetItemAsync(read);
                await reader.GetItemAsync(read);
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }
        catch (ProvisionedThroughputExceededException refused)
        {
            Assert.That(refused.Message, Is.EqualTo(OfTable));
        }

        Assert.That(seconds, Is.EqualTo(15 * 60).Within(2));
    }

    private static Dictionary<string, AttributeValue> Key(string id) => new() { ["id"] = new(id) };

    /// <summary>An item that takes so many write units.</summary>
    private static Dictionary<string, AttributeValue> Item(string id, int units = 1) =>
        new() { ["id"] = new(id), ["text"] = new(new string('x', (1024 * units) - 100)) };

    /// <summary>A clock that goes on only when told to.</summary>
    private sealed class StandingTime : TimeProvider
    {
        private long ticks = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

        public override long GetTimestamp() => Volatile.Read(ref ticks);

        public void Advance(TimeSpan span) => Interlocked.Add(ref ticks, span.Ticks);
    }
}
