using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

public sealed class ParameterMixTests
{
    private const string Value = "'a':{'Value':{'S':'x'}}";
    private const string Two = "'a':{'ComparisonOperator':'NULL'},'b':{'ComparisonOperator':'NULL'}";
    private const string Key = "'h':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}";

    [TestCase("GetItem", "'AttributesToGet':['a'],'ProjectionExpression':'a'", "AttributesToGet", "ProjectionExpression")]
    [TestCase("BatchGetItem", "'AttributesToGet':['a'],'ProjectionExpression':'a'", "AttributesToGet", "ProjectionExpression")]
    [TestCase(
        "PutItem", "'ConditionalOperator':'OR','ConditionExpression':'','Expected':{}", "Expected, ConditionalOperator",
        "ConditionExpression")]
    [TestCase("DeleteItem", "'ConditionalOperator':'OR','ConditionExpression':''", "ConditionalOperator", "ConditionExpression")]
    [TestCase("UpdateItem", "'Expected':{" + Value + "},'ConditionalOperator':'AND','AttributeUpdates':{},'ConditionExpression':'','UpdateExpression':''",
        "AttributeUpdates, Expected, ConditionalOperator", "UpdateExpression, ConditionExpression")]
    [TestCase("UpdateItem", "'Expected':{" + Value + "},'UpdateExpression':''", "Expected", "UpdateExpression")]
    [TestCase("Query", "'KeyConditions':{" + Key + "},'ConditionalOperator':'OR','QueryFilter':{},'AttributesToGet':['a'],"
        + "'KeyConditionExpression':'','FilterExpression':'','ProjectionExpression':''",
        "AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
        "ProjectionExpression, FilterExpression, KeyConditionExpression")]
    [TestCase("Query", "'KeyConditions':{" + Key + "},'QueryFilter':{},'FilterExpression':''", "QueryFilter", "FilterExpression")]
    [TestCase("Scan", "'ConditionalOperator':'OR','ScanFilter':{},'AttributesToGet':['a'],'FilterExpression':'','ProjectionExpression':''",
        "AttributesToGet, ScanFilter, ConditionalOperator", "ProjectionExpression, FilterExpression")]
    public void Parameters_OfBothKinds_AreRefusedFirst(string verb, string members, string nonExpressions, string expressions)
    {
        string envelope = verb is "PutItem" or "UpdateItem" or "DeleteItem" ? LegacyRequest.Envelope : "";
        Assert.That(LegacyRequest.FaultOf(verb, members + ",'ExpressionAttributeNames':{}"), Is.EqualTo(
            envelope + "Can not use both expression and non-expression parameters in the same request: "
            + $"Non-expression parameters: {{{nonExpressions}}} Expression parameters: {{{expressions}}}"));
    }

    [Test]
    public void KeyConditions_BesideOtherExpressions_AreFine() => Assert.That(
        LegacyRequest.FaultOf("Query", "'KeyConditions':{" + Key + "},'FilterExpression':'attribute_exists(a)','ProjectionExpression':'a'"),
        Is.Null);

    [TestCase("PutItem", "", "without")]
    [TestCase("PutItem", "'Expected':{}", "without")]
    [TestCase("DeleteItem", "'Expected':{" + Value + "}", "one")]
    [TestCase("UpdateItem", "'AttributeUpdates':{},'Expected':{" + Value + "}", "one")]
    [TestCase("UpdateItem", "'Expected':{" + Two + "}", null)]
    [TestCase("Query", "", "without")]
    [TestCase("Query", "'KeyConditions':{" + Key + "}", "without")]
    [TestCase("Query", "'QueryFilter':{'a':{'ComparisonOperator':'NULL'}}", "one")]
    [TestCase("Query", "'KeyConditions':{" + Key + "},'QueryFilter':{" + Two + "}", null)]
    [TestCase("Scan", "'ScanFilter':{}", "without")]
    [TestCase("Scan", "'ScanFilter':{'a':{'ComparisonOperator':'NULL'}}", "one")]
    [TestCase("Scan", "'ScanFilter':{" + Two + "}", null)]
    public void ConditionalOperator_WithLessThanTwoConditions_IsRefused(string verb, string members, string? fault)
    {
        string envelope = verb is "PutItem" or "UpdateItem" or "DeleteItem" ? LegacyRequest.Envelope : "";
        string? expected = fault switch
        {
            "without" => envelope + "ConditionalOperator cannot be used without Filter or Expected",
            "one" => envelope + "ConditionalOperator can only be used when Filter or Expected has two or more elements",
            _ => null,
        };
        string rest = members.Length == 0 ? "" : "," + members;
        Assert.That(LegacyRequest.FaultOf(verb, "'ConditionalOperator':'OR'" + rest), Is.EqualTo(expected));
    }
}
