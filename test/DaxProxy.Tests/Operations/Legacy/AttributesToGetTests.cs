using System.Buffers;
using System.Text;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Tests.Engine;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

public sealed class AttributesToGetTests
{
    private const string Key = "'KeyConditions':{'h':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}},";

    [TestCase("GetItem", "")]
    [TestCase("BatchGetItem", "")]
    [TestCase("Query", Key)]
    [TestCase("Scan", "")]
    public void Name_Repeated_IsRefused(string verb, string others) => Assert.That(
        LegacyRequest.FaultOf(verb, others + "'AttributesToGet':['b','a','c','a','b']"),
        Is.EqualTo("One or more parameter values were invalid: Duplicate value in attribute name: a"));

    [TestCase(
        "Query", Key + "'AttributesToGet':['a'],'Select':'COUNT'",
        "Cannot specify the AttributesToGet when choosing to get only the Count")]
    [TestCase("Query", Key + "'AttributesToGet':['a'],'Select':'ALL_PROJECTED_ATTRIBUTES','IndexName':'index'",
        "Cannot specify the AttributesToGet when choosing to get ALL_PROJECTED_ATTRIBUTES")]
    [TestCase("Query", Key + "'Select':'SPECIFIC_ATTRIBUTES'",
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")]
    [TestCase("Query", Key + "'AttributesToGet':['a'],'Select':'SPECIFIC_ATTRIBUTES'", null)]
    [TestCase(
        "Scan", "'AttributesToGet':['a'],'Select':'ALL_ATTRIBUTES'",
        "Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES")]
    [TestCase("Scan", "'AttributesToGet':['a'],'Select':'SPECIFIC_ATTRIBUTES'", null)]
    public void Select_BesideAttributesToGet_IsNamedSo(string verb, string members, string? fault) => Assert.That(
        LegacyRequest.FaultOf(verb, members), Is.EqualTo(fault is null ? null : (verb == "Query" ? LegacyRequest.Envelope : "") + fault));

    [TestCase("GetItem", "'AttributesToGet':['a','a']", LegacyRequest.Invalid + "Duplicate value in attribute name: a")]
    [TestCase("GetItem", "'AttributesToGet':['a','a'],'ExpressionAttributeNames':{'#a':'a'}",
        "ExpressionAttributeNames can only be specified when using expressions")]
    [TestCase(
        "Scan", "'AttributesToGet':['a','a'],'ScanFilter':{'a':{'ComparisonOperator':'EQ'}}",
        LegacyRequest.Invalid + "Duplicate value in attribute name: a")]
    [TestCase("Scan", "'Segment':1,'ScanFilter':{'a':{'ComparisonOperator':'EQ'}}",
        LegacyRequest.Invalid + "Invalid number of argument(s) for the EQ ComparisonOperator")]
    public void Faults_OfOneRequest_ComeInOrder(string verb, string members, string fault) =>
        Assert.That(LegacyRequest.FaultOf(verb, members), Is.EqualTo(fault));

    [Test]
    public void List_WithoutNames_IsAConstraint() => Assert.That(
        LegacyRequest.FaultOf("Scan", "'AttributesToGet':[]"), Is.EqualTo(
            LegacyRequest.Envelope
                + "Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater than or equal to 1"));

    [TestCase("GetItem", "", "Item")]
    [TestCase("BatchGetItem", "", "Responses", "Old", 0)]
    [TestCase("Query", Key, "Items", 0)]
    [TestCase("Scan", "", "Items", 0)]
    public async Task Read_WithAttributesToGet_ReturnsThemAlone(string verb, string others, params object[] path)
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync(
            "PutItem", "{'TableName':'Old','Item':{'h':{'S':'a'},'b.c':{'N':'1'},'b':{'M':{'c':{'N':'2'}}},'d':{'S':'x'}}}");
        string request = LegacyRequest.Body(verb, others + "'AttributesToGet':['b.c','d','size']");
        Assert.That(await rig.ReadAsync(verb, request, path), Is.EqualTo("{\"b.c\":{\"N\":\"1\"},\"d\":{\"S\":\"x\"}}"));
    }

    [Test]
    public async Task GetItem_WithoutAnyOfTheAttributes_IsEmptyButThere()
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync("PutItem", LegacyRequest.Body("PutItem", ""));
        Assert.That(await rig.CallAsync("GetItem", LegacyRequest.Body("GetItem", "'AttributesToGet':['x']")), Is.EqualTo("{\"Item\":{}}"));
    }

    [Test]
    public void UnprocessedKeys_AskAgainForTheSameAttributes()
    {
        BatchGetItem request = LegacyRequest.Good<BatchGetItem>("'AttributesToGet':['b','c']");
        ArrayBufferWriter<byte> output = new();
        BatchGetItemReply reply = new() { Responses = [], UnprocessedKeys = [request.Tables[0]] };
        JsonReply.Write(request, reply, output);
        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Does.Contain(
            "\"UnprocessedKeys\":{\"Old\":{\"Keys\":[{\"h\":{\"S\":\"a\"}}],\"AttributesToGet\":[\"b\",\"c\"]}}"));
    }

    [Test]
    public async Task Scan_WithScanFilter_MayLookAtKeys()
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync("PutItem", LegacyRequest.Body("PutItem", ""));
        const string Filter = "'ScanFilter':{'h':{'ComparisonOperator':'BEGINS_WITH','AttributeValueList':[{'S':'a'}]}}";
        Assert.That(await rig.ReadAsync("Scan", LegacyRequest.Body("Scan", Filter), "Count"), Is.EqualTo("1"));
    }
}
