using DaxProxy.Tests.Engine;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

public sealed class ExpectedTests
{
    [TestCase(
        "'Value':{'S':'a'},'AttributeValueList':[],'Exists':true,'ComparisonOperator':'EQ'",
        "Value and AttributeValueList cannot be used together for Attribute: a")]
    [TestCase("'Exists':false,'ComparisonOperator':'EQ'", "Exists and ComparisonOperator cannot be used together for Attribute: a")]
    [TestCase("'ComparisonOperator':'EQ'", "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a")]
    [TestCase(
        "'AttributeValueList':[{'S':'a'}],'Exists':true", "AttributeValueList can only be used with a ComparisonOperator for Attribute: a")]
    [TestCase("", "Value must be provided when Exists is null for Attribute: a")]
    [TestCase("'Exists':true", "Value must be provided when Exists is true for Attribute: a")]
    [TestCase("'Exists':false,'Value':{'S':'a'}", "Value cannot be used when Exists is false for Attribute: a")]
    [TestCase("'Value':{'S':'a'},'ComparisonOperator':'NULL'", "Invalid number of argument(s) for the NULL ComparisonOperator")]
    [TestCase("'ComparisonOperator':'NOT_NULL'", null)]
    [TestCase("'Value':{'S':'a'},'ComparisonOperator':'LT'", null)]
    [TestCase("'Value':{'SS':['a']},'Exists':true", null)]
    [TestCase("'Exists':false", null)]
    public void Expected_ThatContradictsItself_IsRefused(string entry, string? fault)
    {
        string? expected = fault is null ? null : LegacyRequest.Envelope + LegacyRequest.Invalid + fault;
        Assert.Multiple(() =>
        {
            foreach (string verb in new[] { "PutItem", "UpdateItem", "DeleteItem" })
            {
                Assert.That(LegacyRequest.FaultOf(verb, $"'Expected':{{'a':{{{entry}}}}}"), Is.EqualTo(expected), verb);
            }
        });
    }

    [TestCase("PutItem", "'ReturnValues':'ALL_NEW','Expected':{'a':{}}", "ReturnValues can only be ALL_OLD or NONE")]
    [TestCase("UpdateItem", "'AttributeUpdates':{'a':{}},'Expected':{'a':{}}",
        LegacyRequest.Invalid + "Only DELETE action is allowed when no attribute value is specified")]
    [TestCase(
        "DeleteItem", "'Expected':{'a':{}},'ExpressionAttributeNames':{'#a':'a'}",
        "ExpressionAttributeNames can only be specified when using expressions")]
    public void Expected_AmongOtherFaults_HasItsTurn(string verb, string members, string fault) =>
        Assert.That(LegacyRequest.FaultOf(verb, members), Is.EqualTo(LegacyRequest.Envelope + fault));

    [Test]
    public void Fault_InTheOlderLayer_HasNoEnvelope() => Assert.That(
        LegacyRequest.FaultOf("PutItem", "'Expected':{'a':{}}", Core.Errors.ValidationProfile.Classic),
        Is.EqualTo(LegacyRequest.Invalid + "Value must be provided when Exists is null for Attribute: a"));

    [TestCase("{'s':{'Value':{'S':'abc'}}}", true)]
    [TestCase("{'s':{'Value':{'S':'abc'},'Exists':true}}", true)]
    [TestCase("{'s':{'Value':{'S':'abd'}}}", false)]
    [TestCase("{'s':{'Exists':false}}", false)]
    [TestCase("{'gone':{'Exists':false}}", true)]
    [TestCase("{}", true)]
    [TestCase("{'n':{'ComparisonOperator':'GT','Value':{'N':'4'}},'gone':{'Exists':false}}", true)]
    [TestCase("{'n':{'ComparisonOperator':'GT','Value':{'N':'5'}},'gone':{'Exists':false}}", false)]
    [TestCase("{'nothing':{'ComparisonOperator':'NULL'}}", false)]
    [TestCase("{'nothing':{'ComparisonOperator':'NOT_NULL'}}", true)]
    [TestCase("{'gone':{'ComparisonOperator':'NE','AttributeValueList':[{'S':'a'}]}}", true)]
    [TestCase("{'gone':{'ComparisonOperator':'NOT_CONTAINS','AttributeValueList':[{'S':'a'}]}}", false)]
    [TestCase("{'gone':{'ComparisonOperator':'CONTAINS','AttributeValueList':[{'S':'a'}]}}", false)]
    [TestCase("{'n':{'ComparisonOperator':'NOT_CONTAINS','AttributeValueList':[{'S':'a'}]}}", true)]
    [TestCase("{'s':{'ComparisonOperator':'CONTAINS','AttributeValueList':[{'S':'bc'}]}}", true)]
    [TestCase("{'s':{'ComparisonOperator':'NOT_CONTAINS','AttributeValueList':[{'S':'bc'}]}}", false)]
    [TestCase("{'ns':{'ComparisonOperator':'CONTAINS','AttributeValueList':[{'N':'1'}]}}", true)]
    [TestCase("{'ns':{'ComparisonOperator':'CONTAINS','AttributeValueList':[{'S':'1'}]}}", false)]
    [TestCase("{'l':{'ComparisonOperator':'CONTAINS','AttributeValueList':[{'S':'x'}]}}", true)]
    [TestCase("{'s':{'ComparisonOperator':'BEGINS_WITH','AttributeValueList':[{'S':'ab'}]}}", true)]
    [TestCase("{'s':{'ComparisonOperator':'IN','AttributeValueList':[{'S':'x'},{'S':'abc'}]}}", true)]
    [TestCase("{'n':{'ComparisonOperator':'BETWEEN','AttributeValueList':[{'N':'5'},{'N':'5'}]}}", true)]
    [TestCase("{'l':{'ComparisonOperator':'EQ','AttributeValueList':[{'L':[{'S':'x'}]}]}}", true)]
    public async Task Condition_OnAnItem_LetsTheWriteThroughOrNot(string expected, bool isMet)
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync("PutItem", "{'TableName':'Old','Item':{'h':{'S':'a'},'s':{'S':'abc'},'n':{'N':'5'},'nothing':{'NULL':true},"
            + "'ns':{'NS':['1','2']},'l':{'L':[{'S':'x'}]}}}");
        string reply = await rig.CallAsync("DeleteItem", LegacyRequest.Body("DeleteItem", "'Expected':" + expected));
        Assert.That(reply, isMet ? Is.EqualTo("{}") : Does.Contain("ConditionalCheckFailedException"));
    }

    [TestCase("AND", "ConditionalCheckFailedException")]
    [TestCase("OR", "{}")]
    public async Task ConditionalOperator_JoinsTheConditions(string conditionalOperator, string reply)
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        string put = LegacyRequest.Body(
            "PutItem", $"'ConditionalOperator':'{conditionalOperator}','Expected':{{'h':{{'Exists':false}},'v':{{'Value':{{'N':'1'}}}}}}");
        Assert.That(await rig.CallAsync("PutItem", put), Does.Contain(reply));
    }

    [Test]
    public async Task FailedCondition_Asked_ReturnsTheItem()
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync("PutItem", LegacyRequest.Body("PutItem", ""));
        string put = LegacyRequest.Body("PutItem", "'Expected':{'h':{'Exists':false}},'ReturnValuesOnConditionCheckFailure':'ALL_OLD'");
        Assert.That(await rig.ReadAsync("PutItem", put, "Item"), Is.EqualTo("{\"h\":{\"S\":\"a\"}}"));
    }
}
