using System.Text.Json.Nodes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations;
using DaxProxy.Tests.Engine;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

public sealed class KeyConditionsTests
{
    private const string H = "'h':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}";
    private const string R = "'r':{'ComparisonOperator':'EQ','AttributeValueList':[{'N':'1'}]}";
    private const string X = "'x':{'ComparisonOperator':'EQ','AttributeValueList':[{'N':'1'}]}";
    private const string CountFault = "Conditions can be of length 1 or 2 only";

    [TestCase(
        "'AttributeValueList':[{'S':'a'},{'S':'b'}],'ComparisonOperator':'EQ'",
        LegacyRequest.Invalid + "Invalid number of argument(s) for the EQ ComparisonOperator")]
    [TestCase("'AttributeValueList':[{'S':'a'},{'N':'1'}],'ComparisonOperator':'BETWEEN'",
        LegacyRequest.Invalid + "AttributeValues inside AttributeValueList must be of same type")]
    [TestCase(
        "'AttributeValueList':[{'SS':['a']}],'ComparisonOperator':'LT'",
        LegacyRequest.Invalid + "ComparisonOperator LT is not valid for SS AttributeValue type")]
    [TestCase("'AttributeValueList':[{'N':'1'}],'ComparisonOperator':'BEGINS_WITH'",
        LegacyRequest.Invalid + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type")]
    [TestCase("'AttributeValueList':[{'N':'2'},{'N':'1'}],'ComparisonOperator':'BETWEEN'",
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")]
    [TestCase("'ComparisonOperator':'NULL'", "Attempted conditional constraint is not an indexable operation")]
    [TestCase("'ComparisonOperator':'NOT_NULL'", "Attempted conditional constraint is not an indexable operation")]
    [TestCase(
        "'AttributeValueList':[{'N':'1'}],'ComparisonOperator':'NE'", "Attempted conditional constraint is not an indexable operation")]
    [TestCase(
        "'AttributeValueList':[{'N':'1'}],'ComparisonOperator':'CONTAINS'",
        "Attempted conditional constraint is not an indexable operation")]
    [TestCase(
        "'AttributeValueList':[{'N':'1'}],'ComparisonOperator':'NOT_CONTAINS'",
        "Attempted conditional constraint is not an indexable operation")]
    [TestCase(
        "'AttributeValueList':[{'N':'1'}],'ComparisonOperator':'IN'", "Attempted conditional constraint is not an indexable operation")]
    public void Condition_ThatNoKeyCanHave_IsRefused(string condition, string fault) =>
        Assert.That(LegacyRequest.FaultOf("Query", $"'KeyConditions':{{{H},'r':{{{condition}}}}}"), Is.EqualTo(fault));

    [Test]
    public void Query_WithNeitherKind_IsRefused() => Assert.That(
        LegacyRequest.FaultOf("Query", "'FilterExpression':'x'"),
        Is.EqualTo("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."));

    [TestCase("", CountFault, CountFault)]
    [TestCase(H + "," + R + "," + X, CountFault, null)]
    [TestCase(H + "," + R, null, null)]
    public void Conditions_OfAnotherNumber_AreRefusedByLayer(string conditions, string? older, string? current) => Assert.Multiple(() =>
    {
        Assert.That(LegacyRequest.FaultOf("Query", $"'KeyConditions':{{{conditions}}}", ValidationProfile.Classic), Is.EqualTo(older));
        Assert.That(LegacyRequest.FaultOf("Query", $"'KeyConditions':{{{conditions}}}"), Is.EqualTo(current));
    });

    [TestCase("'KeyConditions':{},'QueryFilter':{'a':{'ComparisonOperator':'EQ'}},'AttributesToGet':['a','a']",
        LegacyRequest.Invalid + "Invalid number of argument(s) for the EQ ComparisonOperator")]
    [TestCase(
        "'KeyConditions':{},'AttributesToGet':['a','a'],'ExclusiveStartKey':{'h':{}}",
        LegacyRequest.Invalid + "Duplicate value in attribute name: a")]
    [TestCase("'KeyConditions':{},'ExclusiveStartKey':{'h':{'N':'x'}}", "The parameter cannot be converted to a numeric value: x")]
    [TestCase("'KeyConditions':{},'FilterExpression':''", "Invalid FilterExpression: The expression can not be empty;")]
    [TestCase(
        "'KeyConditions':{},'ExpressionAttributeNames':{'#a':'a'}",
        "ExpressionAttributeNames can only be specified when using expressions")]
    [TestCase("'KeyConditions':{},'ProjectionExpression':'a','ExpressionAttributeValues':{':a':{'S':'a'}}",
        "ExpressionAttributeValues can only be specified when using expressions")]
    [TestCase("'KeyConditions':{},'Select':'SPECIFIC_ATTRIBUTES'", CountFault)]
    [TestCase("'KeyConditions':{" + H + "},'Select':'ALL_ATTRIBUTES','AttributesToGet':['a']",
        LegacyRequest.Envelope + "Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES")]
    public void Faults_OfAQuery_ComeInOrder(string members, string fault) =>
        Assert.That(LegacyRequest.FaultOf("Query", members), Is.EqualTo(fault));

    [TestCase("EQ", KeyOperator.Equal)]
    [TestCase("LT", KeyOperator.Less)]
    [TestCase("LE", KeyOperator.LessOrEqual)]
    [TestCase("GT", KeyOperator.Greater)]
    [TestCase("GE", KeyOperator.GreaterOrEqual)]
    [TestCase("BEGINS_WITH", KeyOperator.BeginsWith)]
    public void Condition_OfOneValue_BecomesAClause(string comparison, KeyOperator keyOperator)
    {
        Query query = LegacyRequest.Good<Query>(
            $"'KeyConditions':{{'s':{{'ComparisonOperator':'{comparison}','AttributeValueList':[{{'S':'x'}}]}}}}");
        KeyCondition clause = query.KeyCondition.Conditions.Single();
        Assert.That(
            (clause.AttributeName, clause.Operator, clause.Value.String, clause.Upper), Is.EqualTo(("s", keyOperator, "x", (object?)null)));
    }

    [TestCase(H, "1,2,3,4")]
    [TestCase("'r':{'ComparisonOperator':'GT','AttributeValueList':[{'N':'2'}]}," + H, "3,4")]
    [TestCase(H + ",'r':{'ComparisonOperator':'BETWEEN','AttributeValueList':[{'N':'2'},{'N':'3'}]}", "2,3")]
    [TestCase(H + ",'r':{'ComparisonOperator':'LE','AttributeValueList':[{'N':'1'}]}", "1")]
    public async Task Query_ByKeyConditions_ReadsItsRange(string conditions, string found)
    {
        using EngineRig rig = await RigAsync();
        Assert.That(await FoundAsync(rig, $"'KeyConditions':{{{conditions}}}"), Is.EqualTo(found));
    }

    [TestCase("'QueryFilter':{'even':{'ComparisonOperator':'EQ','AttributeValueList':[{'BOOL':true}]}}", "2,4")]
    [TestCase(
        "'QueryFilter':{'even':{'ComparisonOperator':'NULL'},'x':{'ComparisonOperator':'NULL'}},'ConditionalOperator':'OR'", "1,2,3,4")]
    [TestCase("'QueryFilter':{}", "1,2,3,4")]
    [TestCase("'FilterExpression':'even = :t','ExpressionAttributeValues':{':t':{'BOOL':false}}", "1,3")]
    public async Task Query_ByKeyConditions_FiltersEitherWay(string filter, string found)
    {
        using EngineRig rig = await RigAsync();
        Assert.That(await FoundAsync(rig, $"'KeyConditions':{{{H}}},{filter}"), Is.EqualTo(found));
    }

    [TestCase(
        "'KeyConditions':{" + H + "," + R + "," + X + "}",
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)")]
    [TestCase("'KeyConditions':{" + R + "}", "Query condition missed key schema element: h")]
    [TestCase("'KeyConditions':{" + H + "," + X + "}", "Query condition missed key schema element: r")]
    [TestCase("'KeyConditions':{'h':{'ComparisonOperator':'LT','AttributeValueList':[{'S':'a'}]}}", "Query key condition not supported")]
    [TestCase("'KeyConditions':{'h':{'ComparisonOperator':'EQ','AttributeValueList':[{'BOOL':true}]}}",
        LegacyRequest.Invalid + "Condition parameter type does not match schema type")]
    [TestCase("'KeyConditions':{" + H + "},'QueryFilter':{'r':{'ComparisonOperator':'NULL'}}",
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: r")]
    [TestCase("'KeyConditions':{" + H + "},'FilterExpression':'attribute_exists(r)'",
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: r")]
    public async Task Query_ThatDoesNotFitTheKey_IsRefused(string members, string fault)
    {
        using EngineRig rig = await RigAsync();
        Assert.That(await rig.ReadAsync("Query", LegacyRequest.Body("Query", members), "message"), Is.EqualTo($"\"{fault}\""));
    }

    private static async Task<EngineRig> RigAsync()
    {
        EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.HashAndRange);
        for (int r = 1; r <= 4; r++)
        {
            string isEven = r % 2 == 0 ? "true" : "false";
            await rig.CallAsync(
                "PutItem", $"{{'TableName':'Old','Item':{{'h':{{'S':'a'}},'r':{{'N':'{r}'}},'even':{{'BOOL':{isEven}}}}}}}");
        }

        return rig;
    }

    private static async Task<string> FoundAsync(EngineRig rig, string members)
    {
        JsonNode reply = JsonNode.Parse(await rig.CallAsync("Query", LegacyRequest.Body("Query", members)))!;
        return string.Join(",", reply["Items"]!.AsArray().Select(item => (string)item!["r"]!["N"]!));
    }
}
