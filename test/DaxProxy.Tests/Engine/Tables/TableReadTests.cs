using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Tables;

/// <summary>
/// Reads that meet a change of their table between finding it and reading its rows. To find a table is to look at the clock, as its status
/// depends on the time.
/// </summary>
public sealed class TableReadTests
{
    private const string Keys = "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},"
        + "{'AttributeName':'score','AttributeType':'N'}],"
        + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]";

    private const string ByIndex = "'TableName':'Games','IndexName':'by-score'";
    private const string Score = "'KeyConditionExpression':'score = :s','ExpressionAttributeValues':{':s':{'N':'1'}}";
    private const string ByKey = "'KeyConditionExpression':'pk = :k','ExpressionAttributeValues':{':k':{'S':'a'}}";
    private const string Get = "{'TableName':'Games','Key':{'pk':{'S':'a'}}}";

    private readonly HookedTime time = new();
    private EngineRig rig = null!;

    [SetUp]
    public async Task CreateTableAsync()
    {
        rig = new EngineRig(time: time);
        await CreateAsync();
        await PutAsync("a", 1);
        await PutAsync("b", 1);
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [TestCase("Query", "{" + ByIndex + "," + Score + "}", TestName = "{m}(Query)")]
    [TestCase("Query", "{" + ByIndex + "," + Score + ",'Select':'COUNT'}", TestName = "{m}(Query for a count)")]
    [TestCase("Scan", "{" + ByIndex + "}", TestName = "{m}(Scan)")]
    public async Task Read_OfAnIndexThatIsDeletedMeanwhile_IsRefused(string operation, string json)
    {
        time.OnLook(1, () => Change(
            "UpdateTable", "{'TableName':'Games','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'by-score'}}]}"));
        string reply = await rig.CallAsync(operation, json);
        Assert.That(time.IsDone);
        Assert.That(reply, Does.Contain("The table does not have the specified index: by-score"));
    }

    [TestCase("GetItem", Get, 1, TestName = "{m}(GetItem)")]
    [TestCase("Query", "{'TableName':'Games'," + ByKey + "}", 1, TestName = "{m}(Query)")]
    [TestCase("Query", "{" + ByIndex + "," + Score + "}", 1, TestName = "{m}(Query of an index)")]
    [TestCase("Scan", "{'TableName':'Games'}", 1, TestName = "{m}(Scan)")]
    [TestCase("BatchGetItem", "{'RequestItems':{'Games':{'Keys':[{'pk':{'S':'a'}}]}}}", 2, TestName = "{m}(BatchGetItem)")]
    [TestCase("TransactGetItems", "{'TransactItems':[{'Get':" + Get + "}]}", 1, TestName = "{m}(TransactGetItems)")]
    [TestCase("ListTagsOfResource", "{'ResourceArn':'arn:aws:dynamodb:local:000000000000:table/Games'}", 1, TestName = "{m}(tags)")]
    public async Task Read_OfATableThatIsDeletedMeanwhile_IsRefused(string operation, string json, int look)
    {
        time.OnLook(look, () => Change("DeleteTable", "{'TableName':'Games'}"));
        string reply = await rig.CallAsync(operation, json);
        Assert.That(time.IsDone);
        Assert.That(reply, Does.Contain(operation == "ListTagsOfResource" ? "AccessDeniedException" : "ResourceNotFoundException"));
    }

    [TestCase("GetItem", Get, 1, TestName = "{m}(GetItem)")]
    [TestCase("Query", "{" + ByIndex + "," + Score + "}", 1, TestName = "{m}(Query of an index)")]
    [TestCase("BatchGetItem", "{'RequestItems':{'Games':{'Keys':[{'pk':{'S':'a'}}]}}}", 2, TestName = "{m}(BatchGetItem)")]
    [TestCase("TransactGetItems", "{'TransactItems':[{'Get':" + Get + "}]}", 1, TestName = "{m}(TransactGetItems)")]
    public async Task Read_OfATableThatIsCreatedAgainMeanwhile_ShowsTheNewOne(string operation, string json, int look)
    {
        time.OnLook(look, () =>
        {
            Change("DeleteTable", "{'TableName':'Games'}");
            CreateAsync().GetAwaiter().GetResult();
            PutAsync("a", 2).GetAwaiter().GetResult();
        });
        string reply = await rig.CallAsync(operation, json);
        Assert.That(time.IsDone);
        Assert.That(reply, Does.Contain("\"version\":{\"N\":\"2\"}"));
    }

    /// <summary>Makes a change and lets what it leaves behind be removed.</summary>
    private void Change(string operation, string json)
    {
        string reply = rig.CallAsync(operation, json).GetAwaiter().GetResult();
        Assert.That(reply, Does.Contain("TableDescription"));

        // The first rows are removed before the next change.
        rig.CreateHashTableAsync("Other").GetAwaiter().GetResult();
    }

    private async Task CreateAsync() => Assert.That(
        await rig.CallAsync("CreateTable", $"{{'TableName':'Games','BillingMode':'PAY_PER_REQUEST',{Keys},"
            + "'GlobalSecondaryIndexes':[{'IndexName':'by-score',"
            + "'KeySchema':[{'AttributeName':'score','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}"),
        Does.Contain("CREATING"));

    private async Task PutAsync(string key, int version) => Assert.That(
        await rig.CallAsync(
            "PutItem", $"{{'TableName':'Games','Item':{{'pk':{{'S':'{key}'}},'score':{{'N':'1'}},'version':{{'N':'{version}'}}}}}}"),
        Is.EqualTo("{}"));
}
