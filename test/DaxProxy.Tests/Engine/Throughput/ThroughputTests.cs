using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Throughput;

public class ThroughputTests
{
    private const string OfTable =
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.";

    private const string OfIndex =
        "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your "
        + "provisioning level for the under-provisioned global secondary indexes with the UpdateTable API";

    private const string WriteExceeded = "ProvisionedThroughputExceededException TableWriteProvisionedThroughputExceeded Tab";
    private const string ReadExceeded = "ProvisionedThroughputExceededException TableReadProvisionedThroughputExceeded Tab";
    private const string OnDemand = "'BillingMode':'PAY_PER_REQUEST'";

    private const string Index =
        "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}";

    private ThroughputRig rig = null!;

    [SetUp]
    public void Start() => rig = new ThroughputRig();

    [TearDown]
    public void Stop() => rig.Dispose();

    [Test]
    public async Task PutItem_WhenTheTableIsInDebt_IsRefused_AndWritesNothing()
    {
        await rig.CreateAsync();
        Assert.That(await rig.PutAsync("a", 20), Is.EqualTo("{}"));
        string refused = await rig.PutAsync("b");
        Assert.That(ThroughputRig.Refusal(refused), Is.EqualTo(WriteExceeded));
        Assert.That(refused, Is.EqualTo(
            $"{{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\",\"message\":\"{OfTable}\",\"ThrottlingReasons\":"
            + "[{\"reason\":\"TableWriteProvisionedThroughputExceeded\",\"resource\":\"arn:aws:dynamodb:us-east-1:000000000000:table/Tab\"}]}"));
        Assert.That(await rig.GetAsync("b"), Is.EqualTo("{}"));
        rig.Time.Advance(3);
        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("b")), Is.EqualTo(WriteExceeded), "fifteen units are paid");
        rig.Time.Advance(0.1);
        Assert.That(await rig.PutAsync("b"), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Table_SavesWhatItDoesNotUse_FromItsBeginningOn()
    {
        await rig.CreateAsync();
        rig.Time.Advance(40);
        await rig.PutAsync("a", 204);
        Assert.That(await rig.PutAsync("b"), Is.EqualTo("{}"), "five and two hundred units");
        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("c")), Is.EqualTo(WriteExceeded));
    }

    [Test]
    public async Task Writes_OfEveryKind_AreRefused_AndChangeNothing()
    {
        await rig.CreateAsync();
        await rig.PutAsync("a", 20);
        string before = await rig.GetAsync("a");
        foreach ((string operation, string more) in new[]
        {
            ("UpdateItem", ",'UpdateExpression':'SET v=:v','ExpressionAttributeValues':{':v':{'N':'1'}}"),
            ("DeleteItem", ""),
            ("DeleteItem", ",'ConditionExpression':'attribute_not_exists(pk)'"),
        })
        {
            Assert.That(
                ThroughputRig.Refusal(await rig.CallAsync(operation, $"{{'TableName':'Tab','Key':{{'pk':{{'S':'a'}}}}{more}}}")),
                Is.EqualTo(WriteExceeded));
        }

        Assert.That(await rig.GetAsync("a"), Is.EqualTo(before));
        Assert.That(rig.Engine.RefusedRequests.Single(), Is.EqualTo(new DaxProxy.Engine.Throughput.RefusedRequests("Tab", 0, 3)));
    }

    [Test]
    public async Task Condition_ThatFails_TakesWhatItsItemDoes()
    {
        await rig.CreateAsync();
        await rig.PutAsync("a", 5);
        rig.Time.Advance(1);
        Assert.That(
            ThroughputRig.Refusal(await rig.CallAsync(
                "DeleteItem", "{'TableName':'Tab','Key':{'pk':{'S':'a'}},'ConditionExpression':'attribute_not_exists(pk)'}")),
            Is.EqualTo("ConditionalCheckFailedException"));
        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("b")), Is.EqualTo(WriteExceeded));
    }

    [Test]
    public async Task Reads_OfEveryKind_AreRefused()
    {
        await rig.CreateAsync();
        rig.Time.Advance(300);
        await rig.PutAsync("a", 200);
        rig.Time.Advance(300);
        string query =
            "{'TableName':'Tab','ConsistentRead':true,'KeyConditionExpression':'pk=:k','ExpressionAttributeValues':{':k':{'S':'a'}}}";
        for (int read = 0; read < 30; read++)
        {
            Assert.That(ThroughputRig.Refusal(await rig.CallAsync("Query", query)), Is.Empty, "1,500 units for 50 each");
        }

        Assert.That(ThroughputRig.Refusal(await rig.CallAsync("Query", query)), Is.EqualTo(ReadExceeded));
        Assert.That(ThroughputRig.Refusal(await rig.CallAsync("Scan", "{'TableName':'Tab'}")), Is.EqualTo(ReadExceeded));
        Assert.That(ThroughputRig.Refusal(await rig.GetAsync("a")), Is.EqualTo(ReadExceeded));
        Assert.That(await rig.PutAsync("b"), Is.EqualTo("{}"), "writes have their own");
    }

    [Test]
    public async Task BatchWriteItem_HandsBackWhatIsThrottled_AndFailsOnlyIfAllIs()
    {
        await rig.CreateAsync();
        string batch = "{'ReturnConsumedCapacity':'TOTAL','RequestItems':{'Tab':["
            + string.Join(
                ',', Enumerable.Range(0, 4).Select(item => $"{{'PutRequest':{{'Item':{ThroughputRig.ItemOf($"k{item}", 3)}}}}}")) + "]}}";
        JsonNode reply = JsonNode.Parse(await rig.CallAsync("BatchWriteItem", batch))!;
        Assert.That(
            reply["UnprocessedItems"]!["Tab"]!.AsArray().Select(write => (string?)write!["PutRequest"]!["Item"]!["pk"]!["S"]),
            Is.EqualTo(new[] { "k2", "k3" }));
        Assert.That((double)reply["ConsumedCapacity"]![0]!["CapacityUnits"]!, Is.EqualTo(6));
        Assert.That(await rig.GetAsync("k1"), Does.Contain("pad"));
        Assert.That(await rig.GetAsync("k2"), Is.EqualTo("{}"));
        Assert.That(ThroughputRig.Refusal(await rig.CallAsync("BatchWriteItem", batch)), Is.EqualTo(WriteExceeded));
    }

    [Test]
    public async Task BatchWriteItem_ThatIsRefusedForAnotherReason_TakesNothing()
    {
        using ThroughputRig full = new(maxCollectionBytes: 10_000);
        Assert.That(
            await full.CallAsync("CreateTable", "{'TableName':'Tab','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5},"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
                + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','AttributeType':'S'},{'AttributeName':'l','AttributeType':'S'}],"
                + "'LocalSecondaryIndexes':[{'IndexName':'byL','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'l','KeyType':'RANGE'}],"
                + "'Projection':{'ProjectionType':'KEYS_ONLY'}}]}"),
            Does.Contain("TableArn"));
        string batch = "{'RequestItems':{'Tab':["
            + string.Join(',', Enumerable.Range(0, 3).Select(
                item => $"{{'PutRequest':{{'Item':{ThroughputRig.ItemOf("a", 4, $",'sk':{{'S':'{item}'}}")}}}}}")) + "]}}";
        full.Time.Advance(1);
        Assert.That(
            ThroughputRig.Refusal(await full.CallAsync("BatchWriteItem", batch)), Is.EqualTo("ItemCollectionSizeLimitExceededException"));
        for (int write = 0; write < 2; write++)
        {
            Assert.That(await full.PutAsync($"b{write}", 5, more: ",'sk':{'S':'s'}"), Is.EqualTo("{}"), "ten units are there");
        }

        Assert.That(ThroughputRig.Refusal(await full.PutAsync("c", 1, more: ",'sk':{'S':'s'}")), Is.EqualTo(WriteExceeded));
    }

    [Test]
    public async Task BatchGetItem_HandsBackWhatIsThrottled_AndFailsOnlyIfAllIs()
    {
        await rig.CreateAsync();
        await rig.CreateAsync("Free");
        string batch = "{'RequestItems':{'Tab':{'ConsistentRead':true,'Keys':["
            + string.Join(',', Enumerable.Range(0, 7).Select(item => $"{{'pk':{{'S':'k{item}'}}}}")) + "]}}}";
        JsonNode reply = JsonNode.Parse(await rig.CallAsync("BatchGetItem", batch))!;
        Assert.That(
            reply["UnprocessedKeys"]!["Tab"]!["Keys"]!.AsArray().Select(key => (string?)key!["pk"]!["S"]),
            Is.EqualTo(new[] { "k5", "k6" }));
        Assert.That((bool)reply["UnprocessedKeys"]!["Tab"]!["ConsistentRead"]!, Is.True);
        Assert.That(ThroughputRig.Refusal(await rig.CallAsync("BatchGetItem", batch)), Is.EqualTo(ReadExceeded));
        reply = JsonNode.Parse(await rig.CallAsync(
            "BatchGetItem",
            batch.Replace("'RequestItems':{", "'RequestItems':{'Free':{'Keys':[{'pk':{'S':'a'}}]},", StringComparison.Ordinal)))!;
        Assert.That(reply["UnprocessedKeys"]!["Tab"]!["Keys"]!.AsArray(), Has.Count.EqualTo(7));
    }

    [Test]
    public async Task TransactWriteItems_IsCancelledAsAWhole_WithAReasonForEachItem()
    {
        await rig.CreateAsync();
        await rig.CreateAsync("Other");
        await rig.CreateAsync("OnDemand", OnDemand + ",'OnDemandThroughput':{'MaxWriteRequestUnits':5}");
        await rig.PutAsync("x", 20);
        await rig.PutAsync("x", 20, "OnDemand");
        string transaction = "{'TransactItems':["
            + string.Join(',', new[] { "Other", "Tab", "OnDemand" }.Select(
                table => $"{{'Put':{{'TableName':'{table}','Item':{ThroughputRig.ItemOf("k")}}}}}")) + "]}";
        JsonNode reply = JsonNode.Parse(await rig.CallAsync("TransactWriteItems", transaction))!;
        Assert.That((string?)reply["Message"], Does.EndWith("[None, ProvisionedThroughputExceeded, ThrottlingError]"));
        Assert.That((string?)reply["CancellationReasons"]![1]!["Message"], Is.EqualTo(OfTable));
        Assert.That(await rig.GetAsync("k", "Other"), Is.EqualTo("{}"));
        rig.Time.Advance(5);
        Assert.That(await rig.CallAsync("TransactWriteItems", transaction), Is.EqualTo("{}"));

        // Nothing was taken by the one that was cancelled, and two units each by this one.
        for (int write = 0; write < 28; write++)
        {
            Assert.That(await rig.PutAsync("k", 1, "Other"), Is.EqualTo("{}"), $"{write}");
        }

        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("k", 1, "Other")), Does.StartWith("Provisioned"));
    }

    [Test]
    public async Task TransactGetItems_IsCancelled_WithAReasonForEachItem()
    {
        await rig.CreateAsync();
        await rig.CreateAsync("Other");
        string transaction =
            "{'TransactItems':[{'Get':{'TableName':'Other','Key':{'pk':{'S':'a'}}}},{'Get':{'TableName':'Tab','Key':{'pk':{'S':'a'}}}}]}";
        for (int read = 0; read < 10; read++)
        {
            await rig.GetAsync("a");
        }

        Assert.That(await rig.CallAsync("TransactGetItems", transaction), Does.Contain("[None, ProvisionedThroughputExceeded]"));
    }

    [Test]
    public async Task GlobalIndexWithoutCapacity_ThrottlesTheWriteOfItsTable()
    {
        await rig.CreateAsync(
            "Tab", "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':500}",
            Index + ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}]");
        Assert.That(await rig.PutAsync("a", 3, more: ",'g':{'S':'g'}"), Is.EqualTo("{}"));
        string refused = await rig.PutAsync("b", 1, more: ",'g':{'S':'g'}");
        Assert.That(
            ThroughputRig.Refusal(refused),
            Is.EqualTo("ProvisionedThroughputExceededException IndexWriteProvisionedThroughputExceeded Tab/index/byG"));
        Assert.That(refused, Does.Contain(OfIndex));
        Assert.That(await rig.GetAsync("b"), Is.EqualTo("{}"));
        Assert.That(await rig.PutAsync("b"), Is.EqualTo("{}"), "without an entry in the index");
        string query = "{'TableName':'Tab','IndexName':'byG','KeyConditionExpression':'g=:g','ExpressionAttributeValues':{':g':{'S':'g'}}}";
        await rig.CallAsync("Query", query);
        await rig.CallAsync("Query", query);
        Assert.That(
            ThroughputRig.Refusal(await rig.CallAsync("Query", query)),
            Is.EqualTo("ProvisionedThroughputExceededException IndexReadProvisionedThroughputExceeded Tab/index/byG"));
        Assert.That(ThroughputRig.Refusal(await rig.GetAsync("a")), Is.Empty);
    }

    [Test]
    public async Task HotKey_IsLimitedByItself()
    {
        await rig.CreateAsync("Tab", OnDemand);
        for (int write = 0; write < 3; write++)
        {
            await rig.PutAsync("hot", 390);
        }

        string refused = await rig.PutAsync("hot");
        Assert.That(ThroughputRig.Refusal(refused), Is.EqualTo("ThrottlingException TableWriteKeyRangeThroughputExceeded Tab"));
        Assert.That(refused, Does.Contain("\"throttlingReasons\":[").And.Contain("check if you have a hot key"));
        Assert.That(await rig.PutAsync("cold"), Is.EqualTo("{}"));
        rig.Time.Advance(0.5);
        Assert.That(await rig.PutAsync("hot"), Is.EqualTo("{}"));
    }

    [Test]
    public async Task MaximumOfATableOnDemand_IsEnforced()
    {
        await rig.CreateAsync("Tab", OnDemand + ",'OnDemandThroughput':{'MaxWriteRequestUnits':3,'MaxReadRequestUnits':-1}");
        await rig.PutAsync("a", 4);
        string refused = await rig.PutAsync("a");
        Assert.That(ThroughputRig.Refusal(refused), Is.EqualTo("ThrottlingException TableWriteMaxOnDemandThroughputExceeded Tab"));
        Assert.That(refused, Does.Contain("Throughput exceeds the maximum OnDemandThroughput configured on table or index"));
        Assert.That(ThroughputRig.Refusal(await rig.GetAsync("a")), Is.Empty);
    }

    [Test]
    public async Task TableOnDemand_TakesFourThousandWritesAtOnce()
    {
        await rig.CreateAsync("Tab", OnDemand);
        int units = 0;
        string refused = "";
        for (; refused.Length == 0; units += refused.Length == 0 ? 400 : 0)
        {
            refused = ThroughputRig.Refusal(await rig.PutAsync($"k{units}", 400));
        }

        Assert.That((units, refused), Is.EqualTo((4_000, "ThrottlingException TableWriteKeyRangeThroughputExceeded Tab")));
    }

    [Test]
    public async Task PartiQL_IsThrottledLikeWhatItStandsFor()
    {
        await rig.CreateAsync();
        await rig.PutAsync("x", 20);
        string insert = "INSERT INTO Tab VALUE {''pk'':''k''}".Replace("''", "\\u0027", StringComparison.Ordinal);
        Assert.That(
            ThroughputRig.Refusal(await rig.AskAsync("ExecuteStatement", $"{{'Statement':'{insert}'}}")), Is.EqualTo(WriteExceeded));
        JsonNode batch = JsonNode.Parse(await rig.AskAsync("BatchExecuteStatement", $"{{'Statements':[{{'Statement':'{insert}'}}]}}"))!;
        Assert.That((string?)batch["Responses"]![0]!["Error"]!["Code"], Is.EqualTo("ProvisionedThroughputExceeded"));
        Assert.That(
            await rig.AskAsync("ExecuteTransaction", $"{{'TransactStatements':[{{'Statement':'{insert}'}}]}}"),
            Does.Contain("[ProvisionedThroughputExceeded]"));
        Assert.That(await rig.GetAsync("k"), Is.EqualTo("{}"));
    }

    [Test]
    public async Task UpdateTable_CountsAtOnce_AlsoForABillingMode()
    {
        await rig.CreateAsync();
        await rig.PutAsync("a", 20);
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':100}}");
        rig.Time.Advance(0.2);
        Assert.That(await rig.PutAsync("b", 20), Is.EqualTo("{}"));
        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("b")), Is.EqualTo(WriteExceeded));
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST'}");
        Assert.That(await rig.PutAsync("b", 300), Is.EqualTo("{}"));
        await rig.CallAsync(
            "UpdateTable",
            "{'TableName':'Tab','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}");
        Assert.That(await rig.PutAsync("b", 2), Is.EqualTo("{}"));
        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("b")), Is.EqualTo(WriteExceeded));
    }

    [Test]
    public async Task UpdateTable_BeforeTheFirstRequest_LeavesWhatWasSavedAtTheOldRate()
    {
        await rig.CreateAsync();
        rig.Time.Advance(40);
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':1000}}");
        await rig.PutAsync("a", 204);
        Assert.That(await rig.PutAsync("b"), Is.EqualTo("{}"), "five and two hundred units");
        Assert.That(ThroughputRig.Refusal(await rig.PutAsync("c")), Is.EqualTo(WriteExceeded));
    }

    [Test]
    public async Task UpdateTable_LowersFourTimesADay_ThenOnceAnHour()
    {
        await rig.CreateAsync();
        await rig.CreateAsync("Free");
        rig.Time.Advance(12 * 3600);
        foreach (int units in new[] { 4, 3, 2, 1 })
        {
            Assert.That(await LowerAsync(units), Does.Contain("TableDescription"));
        }

        rig.Time.Advance(61);
        Assert.That(await LowerAsync(1, "Free"), Does.Contain("TableDescription"));
        string refused = await LowerAsync(1, reads: 4);
        Assert.That((string?)JsonNode.Parse(refused)!["message"], Is.EqualTo(
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent "
            + "decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at Tuesday, "
            + "January 1, 2030 at 12:00:00 PM Coordinated Universal Time. Next decrease can be made at Tuesday, January 1, 2030 at 1:00:00 PM Coordinated "
            + "Universal Time"));
        Assert.That(ThroughputRig.Refusal(refused), Is.EqualTo("LimitExceededException"));
        Assert.That(await DescribeAsync(), Does.Contain("\"NumberOfDecreasesToday\":4"));
        rig.Time.Advance(3600 - 61);
        Assert.That(await LowerAsync(1, reads: 4), Does.Contain("TableDescription"));
        Assert.That(ThroughputRig.Refusal(await LowerAsync(1, reads: 3)), Is.EqualTo("LimitExceededException"));
        rig.Time.Advance(11 * 3600);
        Assert.That(await LowerAsync(9, reads: 9), Does.Contain("\"NumberOfDecreasesToday\":0"), "an increase on another day");
        Assert.That(await LowerAsync(1, reads: 4), Does.Contain("TableDescription"));
        rig.Time.Advance(24 * 3600);
        Assert.That(await DescribeAsync(), Does.Contain("\"NumberOfDecreasesToday\":0"), "another day");
        Assert.That(await LowerAsync(1, reads: 3), Does.Contain("TableDescription"));

        Task<string> LowerAsync(int writes, string table = "Tab", int reads = 5) => rig.CallAsync(
            "UpdateTable",
            $"{{'TableName':'{table}','ProvisionedThroughput':{{'ReadCapacityUnits':{reads},'WriteCapacityUnits':{writes}}}}}");

        Task<string> DescribeAsync() => rig.CallAsync("DescribeTable", "{'TableName':'Tab'}");
    }

    [Test]
    public async Task UpdateTable_OfAnIndexOnTheWayBackFromOnDemand_IsNoDecrease()
    {
        const string Index = "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
            + "'Projection':{'ProjectionType':'ALL'},'ProvisionedThroughput':{'ReadCapacityUnits':9,'WriteCapacityUnits':9}}]";
        await rig.CreateAsync(more: Index);
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST'}");
        await rig.CallAsync(
            "UpdateTable",
            "{'TableName':'Tab','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5},"
            + "'GlobalSecondaryIndexUpdates':[{'Update':{'IndexName':'by-g','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5}}}]}");
        JsonNode table = JsonNode.Parse(await rig.CallAsync("DescribeTable", "{'TableName':'Tab'}"))!["Table"]!;
        JsonNode index = table["GlobalSecondaryIndexes"]![0]!["ProvisionedThroughput"]!;
        Assert.That(((int)index["ReadCapacityUnits"]!, (int)index["NumberOfDecreasesToday"]!), Is.EqualTo((5, 0)));
    }

    [TestCase("", 5)]
    [TestCase(",'Limit':4", 8)]
    public async Task Select_OfMoreKeysThanThereIsCapacityFor_EndsPageByPage(string limit, int expectedPages)
    {
        await rig.CreateAsync(throughput: "'BillingMode':'PAY_PER_REQUEST'");
        for (int item = 0; item < 30; item++)
        {
            await rig.PutAsync($"k{item:00}");
        }

        await rig.CallAsync(
            "UpdateTable",
            "{'TableName':'Tab','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5}}");
        rig.Time.Advance(1);
        string keys = string.Join(',', Enumerable.Range(0, 30).Select(item => $"\\'k{item:00}\\'"));
        List<string> found = [];
        int pages = 0;
        for (string? token = ""; token is not null; pages++)
        {
            string next = token.Length > 0 ? $",'NextToken':'{token}'" : "";
            JsonNode reply = JsonNode.Parse(
                await rig.AskAsync(
                    "ExecuteStatement",
                    Escaped($"{{'Statement':'SELECT * FROM Tab WHERE pk IN [{keys}]','ConsistentRead':true{limit}{next}}}")))!;
            Assert.That(reply["__type"], Is.Null, reply.ToJsonString());
            token = (string?)reply["NextToken"];
            found.AddRange(reply["Items"]!.AsArray().Select(item => (string)item!["pk"]!["S"]!));
            rig.Time.Advance(1);
        }

        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 30).Select(item => $"k{item:00}")));
        Assert.That(pages, Is.EqualTo(expectedPages), "ten units are there, then come five a second");

        static string Escaped(string json) => json.Replace("\\'", "\\u0027", StringComparison.Ordinal);
    }

    [Test]
    public async Task BatchGetItem_WhoseMissesAreThrottled_StillAnswersItsHits()
    {
        await rig.CreateAsync();
        await rig.AskAsync("PutItem", $"{{'TableName':'Tab','Item':{ThroughputRig.ItemOf("hot")}}}");
        await rig.AskAsync("GetItem", "{'TableName':'Tab','Key':{'pk':{'S':'hot'}}}");
        for (int read = 0; read < 30; read++)
        {
            await rig.GetAsync("other");
        }

        const string Batch = "{'RequestItems':{'Tab':{'Keys':[{'pk':{'S':'hot'}},{'pk':{'S':'cold'}}]}},'ReturnConsumedCapacity':'TOTAL'}";
        JsonNode reply = JsonNode.Parse(await rig.AskAsync("BatchGetItem", Batch))!;
        Assert.That((string?)reply["Responses"]?["Tab"]?[0]?["pk"]!["S"], Is.EqualTo("hot"), reply.ToJsonString());
        Assert.That((string?)reply["UnprocessedKeys"]!["Tab"]!["Keys"]!.AsArray().Single()!["pk"]!["S"], Is.EqualTo("cold"));
        Assert.That((double)reply["ConsumedCapacity"]![0]!["CapacityUnits"]!, Is.Zero);
        Assert.That(
            ThroughputRig.Refusal(await rig.AskAsync("BatchGetItem", Batch.Replace("{'pk':{'S':'hot'}},", "", StringComparison.Ordinal))),
            Is.EqualTo(ReadExceeded), "no key of it is known");
    }

    [Test]
    public async Task CachesAfterAThrottledWrite_AnswerWhatIsThere_AndTakeNothing()
    {
        await rig.CreateAsync();
        const string Get = "{'TableName':'Tab','Key':{'pk':{'S':'a'}}}";
        const string Query = "{'TableName':'Tab','KeyConditionExpression':'pk=:k','ExpressionAttributeValues':{':k':{'S':'a'}}}";
        await rig.AskAsync("PutItem", $"{{'TableName':'Tab','Item':{ThroughputRig.ItemOf("a", 20)}}}");
        string item = await rig.AskAsync("GetItem", Get), page = await rig.AskAsync("Query", Query);
        for (int read = 0; read < 30; read++)
        {
            await rig.GetAsync("other");
        }

        Assert.That(ThroughputRig.Refusal(await rig.GetAsync("a")), Is.EqualTo(ReadExceeded), "no read is left");
        foreach ((string operation, string request) in new[]
        {
            ("PutItem", "{'TableName':'Tab','Item':{'pk':{'S':'a'},'new':{'N':'1'}}}"),
            ("DeleteItem", Get),
            ("BatchWriteItem", "{'RequestItems':{'Tab':[{'DeleteRequest':{'Key':{'pk':{'S':'a'}}}}]}}"),
            ("TransactWriteItems", $"{{'TransactItems':[{{'Delete':{Get}}}]}}"),
        })
        {
            Assert.That(await rig.AskAsync(operation, request), Does.Contain("ProvisionedThroughputExceeded"));
            Assert.That(await rig.AskAsync("GetItem", Get), Is.EqualTo(item), operation);
            Assert.That(await rig.AskAsync("Query", Query), Is.EqualTo(page), operation);
        }
    }

    [Test]
    public async Task CachesAfterABatchThatWasThrottledInPart_KnowWhatWasWritten()
    {
        await rig.CreateAsync();
        const string Batch = "{'RequestItems':{'Tab':{'Keys':[{'pk':{'S':'a'}},{'pk':{'S':'b'}}]}}}";
        await rig.AskAsync("BatchWriteItem", $"{{'RequestItems':{{'Tab':[{Put("a", 2)},{Put("b", 2)}]}}}}");
        await rig.AskAsync("BatchGetItem", Batch);
        await rig.AskAsync("BatchWriteItem", $"{{'RequestItems':{{'Tab':[{Put("a", 3)},{Put("b", 3)}]}}}}");
        string cached = await rig.AskAsync("BatchGetItem", Batch);
        Assert.That(
            JsonNode.Parse(cached)!["Responses"]!["Tab"]!.AsArray().Select(item => ((string)item!["pad"]!["S"]!).Length / 1000),
            Is.EquivalentTo(new[] { 2, 1 }));

        static string Put(string key, int units) => $"{{'PutRequest':{{'Item':{ThroughputRig.ItemOf(key, units)}}}}}";
    }

    [Test]
    public async Task Table_ThatIsMadeAgain_HasSavedNothing()
    {
        await rig.CreateAsync();
        await rig.PutAsync("a", 20);
        await rig.CallAsync("DeleteTable", "{'TableName':'Tab'}");
        await rig.CreateAsync();
        Assert.That(await rig.PutAsync("a", 20), Is.EqualTo("{}"));
        Assert.That(rig.Engine.RefusedRequests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WithoutLimits_NothingIsRefused()
    {
        using ThroughputRig free = new(isEnforced: false);
        await free.CreateAsync();
        await rig.CreateAsync("Free");
        for (int write = 0; write < 10; write++)
        {
            Assert.That(await free.PutAsync("a", 20), Is.EqualTo("{}"));
            Assert.That(await rig.PutAsync("a", 20, "Free"), Is.EqualTo("{}"));
        }

        Assert.That(free.Engine.RefusedRequests, Is.Empty);
    }
}
