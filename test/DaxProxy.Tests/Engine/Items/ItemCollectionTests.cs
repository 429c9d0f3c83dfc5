using DaxProxy.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Items;

/// <summary>The sizes of item collections and their limit, which tests make small.</summary>
public sealed class ItemCollectionTests
{
    private const int Limit = 4000;
    private const string Full = "ItemCollectionSizeLimitExceededException";

    [Test]
    public async Task Collection_AtItsLimit_TakesNoItemThatGrowsIt()
    {
        using EngineRig rig = await CreateAsync();
        Assert.That(await PutAsync(rig, "a", 1, 1000), Is.EqualTo("{}"));
        Assert.That(await PutAsync(rig, "a", 2, 1000), Is.EqualTo("{}"), "two items and their entries: more than the limit by a little");
        Assert.That(await PutAsync(rig, "a", 3, 10), Does.Contain(Full).And.Contain("Collection size exceeded."));
        Assert.That(await UpdateAsync(rig, "a", 1, 1100), Does.Contain(Full));
        Assert.That(await PutAsync(rig, "b", 1, 1000), Is.EqualTo("{}"), "another collection");
        Assert.That(await UpdateAsync(rig, "a", 1, 10), Is.EqualTo("{}"), "smaller");
        Assert.That(await PutAsync(rig, "a", 3, 500), Is.EqualTo("{}"), "there is room again");
    }

    [Test]
    public async Task Collection_ThatWasEmptied_TakesItemsAgain()
    {
        using EngineRig rig = await CreateAsync();
        await PutAsync(rig, "a", 1, 1000);
        await PutAsync(rig, "a", 2, 1000);
        await rig.CallAsync("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'N':'1'}}}");
        await rig.CallAsync("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'N':'2'}}}");
        Assert.That(await PutAsync(rig, "a", 3, 1500), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Batch_WithOneItemTooMany_WritesNothing()
    {
        using EngineRig rig = await CreateAsync();
        await PutAsync(rig, "a", 1, 1000);
        await PutAsync(rig, "a", 2, 1000);
        Assert.That(
            await rig.CallAsync(
                "BatchWriteItem", "{'RequestItems':{'tab':[{'PutRequest':{'Item':{'p':{'S':'b'},'s':{'N':'1'},'l':{'S':'x'}}}},"
                + "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'N':'3'},'l':{'S':'x'}}}}]}}"), Does.Contain(Full));
        Assert.That(await rig.ReadAsync("Scan", "{'TableName':'tab','Select':'COUNT'}", "Count"), Is.EqualTo("2"));
        Assert.That(await rig.ReadAsync("DescribeTable", "{'TableName':'tab'}", "Table", "ItemCount"), Is.EqualTo("2"));
    }

    [Test]
    public async Task Transaction_WithOneItemTooMany_IsCancelledForThatReason()
    {
        using EngineRig rig = await CreateAsync();
        await PutAsync(rig, "a", 1, 1000);
        await PutAsync(rig, "a", 2, 1000);
        Assert.That(
            await rig.ReadAsync("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'tab','Item':{'p':{'S':'b'},'s':{'N':'1'}}}},"
                + "{'Put':{'TableName':'tab','Item':{'p':{'S':'a'},'s':{'N':'3'}}}}]}", "CancellationReasons"),
            Is.EqualTo("[{\"Code\":\"None\"},{\"Code\":\"ItemCollectionSizeLimitExceeded\",\"Message\":\"Collection size exceeded.\"}]"));
    }

    [TestCase("DeleteItem", "")]
    [TestCase("UpdateItem", ",'UpdateExpression':'REMOVE l'")]
    public async Task Write_ThatFindsNoItem_StillNamesItsCollection(string operation, string update)
    {
        using EngineRig rig = await CreateAsync();
        Assert.That(
            await rig.CallAsync(
                operation, $"{{'TableName':'tab','Key':{{'p':{{'S':'a'}},'s':{{'N':'1'}}}},'ReturnItemCollectionMetrics':'SIZE'{update}}}"),
            Is.EqualTo("{\"ItemCollectionMetrics\":{\"ItemCollectionKey\":{\"p\":{\"S\":\"a\"}},\"SizeEstimateRangeGB\":[0,1]}}"));
    }

    [Test]
    public async Task Transaction_ItsConditionChecks_NameNoCollection()
    {
        using EngineRig rig = await CreateAsync();
        await PutAsync(rig, "a", 1, 10);
        Assert.That(
            await rig.CallAsync(
                "TransactWriteItems", "{'ReturnItemCollectionMetrics':'SIZE','TransactItems':[{'ConditionCheck':{'TableName':'tab',"
                + "'Key':{'p':{'S':'a'},'s':{'N':'1'}},'ConditionExpression':'attribute_exists(p)'}}]}"),
            Is.EqualTo("{}"));
    }

    [Test]
    public async Task Table_WithoutLocalIndex_HasNoLimit()
    {
        using EngineRig rig = new(new EngineOptions { MaxCollectionBytes = Limit }, TimeProvider.System);
        await rig.CreateHashTableAsync("plain");
        Assert.That(
            await rig.CallAsync("PutItem", $"{{'TableName':'plain','Item':{{'pk':{{'S':'a'}},'l':{{'S':'{new string('x', 5000)}'}}}}}}"),
            Is.EqualTo("{}"));
    }

    private static async Task<EngineRig> CreateAsync()
    {
        EngineRig rig = new(new EngineOptions { MaxCollectionBytes = Limit }, TimeProvider.System);
        await rig.CallAsync(
            "CreateTable",
            "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
            + "{'AttributeName':'s','AttributeType':'N'},{'AttributeName':'l','AttributeType':'S'}],'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},"
            + "{'AttributeName':'s','KeyType':'RANGE'}],'LocalSecondaryIndexes':[{'IndexName':'by-l','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},"
            + "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]}");
        return rig;
    }

    private static Task<string> PutAsync(EngineRig rig, string partition, int sort, int length) => rig.CallAsync(
        "PutItem",
        $"{{'TableName':'tab','Item':{{'p':{{'S':'{partition}'}},'s':{{'N':'{sort}'}},'l':{{'S':'x'}},'text':{{'S':'{new string('x', length)}'}}}}}}");

    private static Task<string> UpdateAsync(EngineRig rig, string partition, int sort, int length) => rig.CallAsync(
        "UpdateItem",
        $"{{'TableName':'tab','Key':{{'p':{{'S':'{partition}'}},'s':{{'N':'{sort}'}}}},'UpdateExpression':'SET #t = :l','ExpressionAttributeNames':{{'#t':'text'}},"
        + $"'ExpressionAttributeValues':{{':l':{{'S':'{new string('x', length)}'}}}}}}");
}
