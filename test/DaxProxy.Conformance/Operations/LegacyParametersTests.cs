using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.DocumentModel;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// The layers of the AWS SDK for .NET that still speak legacy parameters, over a socket against the engine behind the cache.
/// </summary>
public sealed class LegacyParametersTests
{
    private readonly RecordingHttpClientFactory recording = new();
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private AmazonDynamoDBClient client = null!;
    private DynamoDBContext context = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        AmazonDynamoDBConfig config = new()
        {
            ServiceURL = $"http://{host.DataEndPoint}",
            AuthenticationRegion = "us-east-1",
            HttpClientFactory = recording,
        };
        client = new AmazonDynamoDBClient(new BasicAWSCredentials("AK", "SK"), config);
        context = new DynamoDBContextBuilder().WithDynamoDBClient(() => client).Build();
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = "Orders",
            KeySchema = [new("Customer", KeyType.HASH), new("Number", KeyType.RANGE)],
            AttributeDefinitions = [new("Customer", ScalarAttributeType.S), new("Number", ScalarAttributeType.N)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        context.Dispose();
        client.Dispose();
        await host.DisposeAsync();
        stack.Dispose();
    }

    [SetUp]
    public void Forget() => recording.TakeBodies();

    [Test]
    public async Task Context_SaveAndLoad_RoundTrips()
    {
        await context.SaveAsync(new Order { Customer = "round", Number = 1, Total = 12.5m, Tags = ["a", "b"] });
        Order loaded = await context.LoadAsync<Order>("round", 1);
        Assert.Multiple(() =>
        {
            Assert.That(loaded.Total, Is.EqualTo(12.5m));
            Assert.That(loaded.Tags, Is.EquivalentTo(new[] { "a", "b" }));
            Assert.That(loaded.Version, Is.Not.Null);
        });
        await context.DeleteAsync(loaded);
        Assert.That(await context.LoadAsync<Order>("round", 1), Is.Null);
    }

    [Test]
    public async Task Context_SaveOfAnOldVersion_FailsItsCondition()
    {
        await context.SaveAsync(new Order { Customer = "version", Number = 1, Total = 1 });
        Order first = await context.LoadAsync<Order>("version", 1), second = await context.LoadAsync<Order>("version", 1);
        first.Total = 2;
        await context.SaveAsync(first);
        second.Total = 3;
        Assert.That(async () => await context.SaveAsync(second), Throws.TypeOf<ConditionalCheckFailedException>());
        Assert.That(async () => await context.DeleteAsync(second), Throws.TypeOf<ConditionalCheckFailedException>());
        Assert.That((await context.LoadAsync<Order>("version", 1)).Total, Is.EqualTo(2));
    }

    [Test]
    public async Task Context_QueryAndScan_Filter()
    {
        for (int number = 1; number <= 5; number++)
        {
            await context.SaveAsync(new Order { Customer = "many", Number = number, Total = number * 10 });
        }

        recording.TakeBodies();
        List<Order> range = await context.QueryAsync<Order>("many", QueryOperator.Between, [2, 4]).GetRemainingAsync();
        List<Order> filtered = await context.QueryAsync<Order>(
            "many", new QueryConfig { QueryFilter = [new ScanCondition("Total", ScanOperator.GreaterThan, 30m)] }).GetRemainingAsync();
        List<Order> scanned = await context.ScanAsync<Order>(
            [new ScanCondition("Customer", ScanOperator.BeginsWith, "man"), new ScanCondition("Total", ScanOperator.In, 10m, 50m)])
                .GetRemainingAsync();
        Assert.Multiple(() =>
        {
            Assert.That(range.Select(order => order.Number), Is.EqualTo(new[] { 2, 3, 4 }));
            Assert.That(filtered.Select(order => order.Number), Is.EqualTo(new[] { 4, 5 }));
            Assert.That(scanned.Select(order => order.Number), Is.EquivalentTo(new[] { 1, 5 }));
        });
        AssertSent("\"KeyConditions\"", "\"QueryFilter\"", "\"ScanFilter\"");
    }

    [Test]
    public async Task Table_UpdateAndConditionalPut_SpeakLegacyParameters()
    {
        ITable table = LoadTable();
        Document item = new() { ["Customer"] = "document", ["Number"] = 1, ["State"] = "new", ["Gone"] = "soon" };
        await table.PutItemAsync(item);
        Document change = new() { ["Customer"] = "document", ["Number"] = 1, ["State"] = "paid", ["Gone"] = null };
        Document updated = await table.UpdateItemAsync(change, new UpdateItemOperationConfig
        {
            ReturnValues = Amazon.DynamoDBv2.DocumentModel.ReturnValues.AllNewAttributes,
            Expected = new Document { ["State"] = "new" },
        });
        Assert.That(updated["State"].AsString(), Is.EqualTo("paid"));
        Assert.That(updated.ContainsKey("Gone"), Is.False);
        ExpectedState isNew = new();
        isNew.AddExpected("State", ScanOperator.Equal, "new");
        isNew.AddExpected("Gone", false);
        Assert.That(
            async () => await table.PutItemAsync(item, new PutItemOperationConfig { ExpectedState = isNew }),
            Throws.TypeOf<ConditionalCheckFailedException>());
        isNew.ConditionalOperator = ConditionalOperatorValues.Or;
        await table.PutItemAsync(item, new PutItemOperationConfig { ExpectedState = isNew });
        Assert.That((await table.GetItemAsync("document", 1))["State"].AsString(), Is.EqualTo("new"));
        AssertSent("\"Expected\"", "\"ConditionalOperator\"");
    }

    [Test]
    public async Task Table_GetQueryScan_ReturnTheAttributesAskedFor()
    {
        ITable table = LoadTable();
        await table.PutItemAsync(new Document { ["Customer"] = "part", ["Number"] = 1, ["Wanted"] = "yes", ["Other"] = "no" });
        Document got = await table.GetItemAsync("part", 1, new GetItemOperationConfig { AttributesToGet = ["Wanted"] });
        QueryFilter key = new("Customer", QueryOperator.Equal, "part");
        List<Document> queried = await table.Query(new QueryOperationConfig
        {
            Filter = key,
            AttributesToGet = ["Wanted"],
            Select = SelectValues.SpecificAttributes,
        }).GetRemainingAsync();
        ScanFilter filter = new();
        filter.AddCondition("Wanted", ScanOperator.IsNotNull);
        List<Document> scanned = await table.Scan(new ScanOperationConfig
        {
            Filter = filter,
            AttributesToGet = ["Wanted"],
            Select = SelectValues.SpecificAttributes,
        }).GetRemainingAsync();
        Assert.That(
            new[] { got, queried.Single(), scanned.Single() }.Select(document => string.Join(",", document.Keys)),
            Has.All.EqualTo("Wanted"));
        AssertSent("\"AttributesToGet\"", "\"KeyConditions\"", "\"ScanFilter\"");
    }

    [Test]
    public async Task Client_AttributeUpdates_ChangeTheItemBehindTheCache()
    {
        Dictionary<string, AttributeValue> key = new() { ["Customer"] = new("low"), ["Number"] = new() { N = "1" } };
        for (int i = 1; i <= 2; i++)
        {
            await client.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = "Orders",
                Key = key,
                AttributeUpdates = new()
                {
                    ["Count"] = new() { Action = AttributeAction.ADD, Value = new() { N = "1" } },
                    ["List"] = new() { Action = AttributeAction.ADD, Value = new() { L = [new($"{i}")] } },
                },
            });
            Dictionary<string, AttributeValue> item = (await client.GetItemAsync("Orders", key)).Item;
            Assert.That((item["Count"].N, item["List"].L.Count), Is.EqualTo(($"{i}", i)));
        }

        BatchGetItemResponse batch = await client.BatchGetItemAsync(new BatchGetItemRequest
        {
            RequestItems = new() { ["Orders"] = new KeysAndAttributes { Keys = [key], AttributesToGet = ["Count"] } },
        });
        Assert.That(batch.Responses["Orders"].Single().Keys, Is.EqualTo(new[] { "Count" }));
    }

    private void AssertSent(params string[] members)
    {
        string sent = string.Join("\n", recording.TakeBodies());
        Assert.Multiple(() =>
        {
            foreach (string member in members)
            {
                Assert.That(sent, Does.Contain(member), "else this test would show nothing");
            }
        });
    }

    /// <summary>Asks for the table's description, which the document model can only do while blocking.</summary>
    private ITable LoadTable()
    {
#pragma warning disable CS0618 // Obsolete, and what the programs that still send legacy parameters call.
        return Table.LoadTable(client, "Orders");
#pragma warning restore CS0618
    }

    [DynamoDBTable("Orders")]
    internal sealed class Order
    {
        [DynamoDBHashKey]
        public string Customer { get; set; } = "";

        [DynamoDBRangeKey]
        public int Number { get; set; }

        public decimal Total { get; set; }

        public HashSet<string> Tags { get; set; } = [];

        [DynamoDBVersion]
        public int? Version { get; set; }
    }
}
