using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Queries;

[TestFixture]
public sealed class QueryPageTests
{
    private const string Values = "'ExpressionAttributeValues':{':p':{'S':'a'}}";

    [Test]
    public async Task LimitedQuery_OfATableWithoutSortKeys_GivesNoPosition()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("plain");
        await rig.CallAsync("PutItem", "{'TableName':'plain','Item':{'pk':{'S':'a'}}}");
        Assert.That(
            await rig.CallAsync("Query", $"{{'TableName':'plain','Limit':1,'KeyConditionExpression':'pk = :p',{Values}}}"),
            Is.EqualTo("{\"Items\":[{\"pk\":{\"S\":\"a\"}}],\"Count\":1,\"ScannedCount\":1}"));
        Assert.That(await rig.CallAsync("Scan", "{'TableName':'plain','Limit':1}"), Does.Contain("LastEvaluatedKey"));
    }

    [TestCase("", false)]
    [TestCase(",'Select':'ALL_PROJECTED_ATTRIBUTES'", false)]
    [TestCase(",'Select':'ALL_ATTRIBUTES'", true)]
    public async Task Filter_OnWhatALocalIndexDoesNotHold_AddsNothingToTheAnswer(string select, bool isWhole)
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", "{'TableName':'local','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':["
            + "{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],'LocalSecondaryIndexes':[{'IndexName':'byX',"
            + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'x','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]}");
        await rig.CallAsync("PutItem", "{'TableName':'local','Item':{'pk':{'S':'a'},'sk':{'S':'s'},'x':{'S':'x'},'y':{'S':'y'}}}");
        string item = await rig.ReadAsync(
            "Query",
            $"{{'TableName':'local','IndexName':'byX','KeyConditionExpression':'pk = :p','FilterExpression':'attribute_exists(y)',{Values}{select}}}",
            "Items",
            0) ?? "";
        Assert.That(
            (item.Contains("\"x\"", StringComparison.Ordinal), item.Contains("\"y\"", StringComparison.Ordinal)),
            Is.EqualTo((true, isWhole)));
    }
}
