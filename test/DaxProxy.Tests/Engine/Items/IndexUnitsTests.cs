using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Items;

[TestFixture]
public sealed class IndexUnitsTests
{
    [TestCase("'x':{'S':'1'},'y':{'N':'2'},'set':{'SS':['a','b']}", 1)]
    [TestCase("'set':{'SS':['b','a']},'y':{'N':'2.0'},'x':{'S':'1'}", 1)]
    [TestCase("'set':{'SS':['b','c']},'y':{'N':'2'},'x':{'S':'1'}", 2)]
    public async Task Put_OfTheSameItem_TakesNoUnitsOfItsIndexes(string attributes, int units)
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", "{'TableName':'units','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':["
            + "{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
            + "'GlobalSecondaryIndexes':[{'IndexName':'byX','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}");
        await rig.CallAsync("PutItem", "{'TableName':'units','Item':{'pk':{'S':'a'},'x':{'S':'1'},'y':{'N':'2'},'set':{'SS':['a','b']}}}");
        Assert.That(
            await rig.ReadAsync(
                "PutItem", $"{{'TableName':'units','ReturnConsumedCapacity':'TOTAL','Item':{{'pk':{{'S':'a'}},{attributes}}}}}",
                "ConsumedCapacity", "CapacityUnits"),
            Is.EqualTo($"{units}.0"));
    }
}
