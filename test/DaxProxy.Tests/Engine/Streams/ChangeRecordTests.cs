using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Streams;

/// <summary>Which writes leave a record, and what it shows.</summary>
public sealed class ChangeRecordTests
{
    [TestCase("KEYS_ONLY", "INSERT MODIFY REMOVE", "- - -", "- - -", "3 3 3")]
    [TestCase("NEW_IMAGE", "INSERT MODIFY REMOVE", "1 2 -", "- - -", "9 9 3")]
    [TestCase("OLD_IMAGE", "INSERT MODIFY REMOVE", "- - -", "- 1 2", "3 9 9")]
    [TestCase("NEW_AND_OLD_IMAGES", "INSERT MODIFY REMOVE", "1 2 -", "- 1 2", "9 15 9")]
    public async Task Record_OfEachChange_ShowsWhatTheViewSays(
        string viewType, string names, string newImages, string oldImages, string sizes)
    {
        using StreamRig rig = new();
        await rig.CreateAsync(viewType);
        await rig.PutAsync("a", 1);
        await rig.PutAsync("a", 2);
        await rig.DeleteAsync("a");

        List<JsonNode> records = await rig.RecordsAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Join(records, record => (string?)record["eventName"]), Is.EqualTo(names));
            Assert.That(Join(records, record => (string?)record["dynamodb"]!["NewImage"]?["n"]?["N"]), Is.EqualTo(newImages));
            Assert.That(Join(records, record => (string?)record["dynamodb"]!["OldImage"]?["n"]?["N"]), Is.EqualTo(oldImages));
            Assert.That(Join(records, record => record["dynamodb"]!["SizeBytes"]!.ToString()), Is.EqualTo(sizes));
            Assert.That(
                Join(records, record => record["dynamodb"]!["Keys"]!.ToJsonString()),
                Is.EqualTo("""{"pk":{"S":"a"}} {"pk":{"S":"a"}} {"pk":{"S":"a"}}"""));
            Assert.That(
                Join(records, record => record["dynamodb"]!["StreamViewType"]!.ToString()),
                Is.EqualTo($"{viewType} {viewType} {viewType}"));
            Assert.That(
                Join(records, record => record["dynamodb"]!["ApproximateCreationDateTime"]!.ToString()),
                Is.EqualTo("1893456000 1893456000 1893456000"));
            Assert.That(
                $"{records[0]["eventSource"]} {records[0]["eventVersion"]} {records[0]["awsRegion"]} {records[0]["userIdentity"]}",
                Is.EqualTo("aws:dynamodb 1.1 us-east-1 "));
            Assert.That(records.Select(record => record["eventID"]!.ToString()), Is.Unique.And.All.Length.EqualTo(32));
            Assert.That(records.Select(record => (string)record["dynamodb"]!["SequenceNumber"]!), Is.Ordered.And.All.Length.EqualTo(21));
        });
    }

    [Test]
    public async Task Record_OfAWriteThatChangesNothing_IsNotMade()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.PutAsync("a", 1);
        await rig.PutAsync("a", 1);
        await rig.Engine.CallAsync("PutItem", "{'TableName':'Orders','Item':{'n':{'N':'1.0'},'pk':{'S':'a'}}}");
        await rig.DeleteAsync("missing");
        await rig.Engine.CallAsync("UpdateItem", "{'TableName':'Orders','Key':{'pk':{'S':'missing'}},'UpdateExpression':'REMOVE x'}");
        await rig.Engine.CallAsync("UpdateItem", "{'TableName':'Orders','Key':{'pk':{'S':'a'}},'UpdateExpression':'SET n = n'}");
        await rig.Engine.CallAsync("PutItem",
            "{'TableName':'Orders','Item':{'pk':{'S':'a'}},'ConditionExpression':'attribute_not_exists(pk)'}");
        Assert.That(await rig.RecordsAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Record_OfBatchesAndTransactions_IsOnePerItemThatWasWritten()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.Engine.CallAsync("BatchWriteItem", "{'RequestItems':{'Orders':[{'PutRequest':{'Item':{'pk':{'S':'a'}}}},"
            + "{'PutRequest':{'Item':{'pk':{'S':'b'}}}},{'DeleteRequest':{'Key':{'pk':{'S':'c'}}}}]}}");
        await rig.Engine.CallAsync("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'Orders','Item':{'pk':{'S':'d'}}}},"
            + "{'ConditionCheck':{'TableName':'Orders','Key':{'pk':{'S':'a'}},'ConditionExpression':'attribute_not_exists(pk)'}}]}");
        await rig.Engine.CallAsync("TransactWriteItems", "{'TransactItems':[{'Delete':{'TableName':'Orders','Key':{'pk':{'S':'a'}}}},"
            + "{'ConditionCheck':{'TableName':'Orders','Key':{'pk':{'S':'b'}},'ConditionExpression':'attribute_exists(pk)'}}]}");
        Assert.That(
            Join(await rig.RecordsAsync(), record => $"{record["eventName"]}:{record["dynamodb"]!["Keys"]!["pk"]!["S"]}"),
            Is.EqualTo("INSERT:a INSERT:b REMOVE:a"));
    }

    [Test]
    public async Task Record_OfAnInsertOfItsKeyAlone_HasTheSizeThatTheServiceSays()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.Engine.CallAsync("PutItem", "{'TableName':'Orders','Item':{'pk':{'S':'Fred'}}}");
        Assert.That((await rig.RecordsAsync())[0]["dynamodb"]!["SizeBytes"]!.ToString(), Is.EqualTo("12"));
    }

    private static string Join(IEnumerable<JsonNode> records, Func<JsonNode, string?> part) =>
        string.Join(' ', records.Select(record => part(record) ?? "-"));
}
