using System.Buffers;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Core.Wire.Json.Outbound;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Json.Outbound;

[TestFixture]
public sealed class OutboundReplyTests
{
    [TestCase("GetItem", "{}")]
    [TestCase("GetItem", """{"Item":{"k":{"S":"a"},"n":{"N":"1.5"}},"ConsumedCapacity":{"TableName":"T","CapacityUnits":0.5}}""")]
    [TestCase("UpdateItem", """
        {"Attributes":{"k":{"S":"a"}},"ConsumedCapacity":{"TableName":"T","CapacityUnits":3.0,"Table":{"CapacityUnits":1.0},
        "LocalSecondaryIndexes":{"L":{"CapacityUnits":0.5}},"GlobalSecondaryIndexes":{"G":{"CapacityUnits":1.5}}},
        "ItemCollectionMetrics":{"ItemCollectionKey":{"k":{"S":"a"}},"SizeEstimateRangeGB":[0,1]}}
        """)]
    [TestCase("Query", """{"Items":[{"k":{"S":"a"}},{"k":{"S":"b"}}],"Count":2,"ScannedCount":3,"LastEvaluatedKey":{"k":{"S":"b"}}}""")]
    [TestCase("Scan", """{"Count":2,"ScannedCount":3}""")]
    [TestCase("BatchGetItem", """
        {"Responses":{"T":[{"k":{"S":"a"}}]},"UnprocessedKeys":{"T":{"Keys":[{"k":{"S":"b"}}],"ConsistentRead":true}},
        "ConsumedCapacity":[{"TableName":"T","CapacityUnits":1.0}]}
        """)]
    [TestCase("BatchWriteItem", """
        {"UnprocessedItems":{"T":[{"PutRequest":{"Item":{"k":{"S":"a"}}}}]},
        "ItemCollectionMetrics":{"T":[{"ItemCollectionKey":{"k":{"S":"a"}},"SizeEstimateRangeGB":[0,1]}]}}
        """)]
    [TestCase("TransactGetItems", """
        {"ConsumedCapacity":[{"TableName":"T","CapacityUnits":4.0,"ReadCapacityUnits":4.0}],"Responses":[{"Item":{"k":{"S":"a"}}},{}]}
        """)]
    [TestCase("TransactWriteItems", """{"ConsumedCapacity":[{"TableName":"T","CapacityUnits":2.0,"WriteCapacityUnits":2.0}]}""")]
    [TestCase("ListTables", """{"TableNames":["A","B"],"LastEvaluatedTableName":"B"}""")]
    [TestCase("DescribeTable", """
        {"Table":{"TableName":"T","TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"Replicas":[{"RegionName":"mars-1"}]}}
        """)]
    public void Read_OfAnAnswer_KeepsAllOfIt(string verb, string answer)
    {
        Operation operation = Asked(verb);
        Reply reply = OutboundCall.Read(operation, Encoding.UTF8.GetBytes(answer));
        ArrayBufferWriter<byte> body = new();
        JsonReply.Write(operation, reply, body);
        using JsonDocument got = JsonDocument.Parse(answer), written = JsonDocument.Parse(body.WrittenMemory);
        Assert.That(JsonElement.DeepEquals(written.RootElement, got.RootElement), Is.True, written.RootElement.GetRawText());
    }

    [Test]
    public void Read_OfAnItem_NormalisesIt()
    {
        GetItemReply reply = (GetItemReply)OutboundCall.Read(
            Asked("GetItem"), """{ "Item" : {"k":{"S":"\u0061"}, "n":{"N":"1.50e1"},"s":{"SS":["b","a"]}} }"""u8.ToArray());
        Assert.That(Encoding.UTF8.GetString(reply.Item!.Json.Span), Is.EqualTo("""{"k":{"S":"a"},"n":{"N":"15"},"s":{"SS":["a","b"]}}"""));
    }

    [TestCase("GetItem", "[]")]
    [TestCase("GetItem", "oops")]
    [TestCase("GetItem", """{"Item":{"k":{"Z":"a"}}}""")]
    [TestCase("Query", "{}")]
    [TestCase("BatchGetItem", "{}")]
    [TestCase("BatchGetItem", """{"Responses":{},"UnprocessedKeys":{"U":{"Keys":[{"k":{"S":"b"}}]}}}""")]
    [TestCase("TransactGetItems", """{"Responses":[]}""")]
    [TestCase("DescribeTable", """{"Table":{}}""")]
    [TestCase("UpdateItem", """{"ItemCollectionMetrics":{"ItemCollectionKey":{"k":{"S":"a"}},"SizeEstimateRangeGB":[]}}""")]
    [TestCase("UpdateItem", """{"ItemCollectionMetrics":{"ItemCollectionKey":{"k":{"S":"a"}},"SizeEstimateRangeGB":[1]}}""")]
    public void Read_OfWhatIsNoAnswer_Throws(string verb, string answer) =>
        Assert.That(() => OutboundCall.Read(Asked(verb), Encoding.UTF8.GetBytes(answer)), Throws.InstanceOf<JsonException>());

    [TestCase("""{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"x","Item":{"k":{"S":"a"}}}""")]
    [TestCase("""
        {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"x",
        "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"k":{"S":"a"}},"Message":"y"}]}
        """)]
    [TestCase("""{"__type":"com.amazon.coral.service#SerializationException"}""")]
    public void ReadError_OfARefusal_KeepsAllOfIt(string answer)
    {
        DynamoError error = OutboundCall.ReadError(400, Encoding.UTF8.GetBytes(answer))!;
        ArrayBufferWriter<byte> body = new();
        JsonReply.Write(error, body);
        using JsonDocument got = JsonDocument.Parse(answer), written = JsonDocument.Parse(body.WrittenMemory);
        Assert.That(JsonElement.DeepEquals(written.RootElement, got.RootElement), Is.True, written.RootElement.GetRawText());
    }

    [TestCase("<html>")]
    [TestCase("{}")]
    [TestCase("[1]")]
    public void ReadError_OfWhatTheServiceWouldNotSay_IsNull(string answer) =>
        Assert.That(OutboundCall.ReadError(503, Encoding.UTF8.GetBytes(answer)), Is.Null);

    private static Operation Asked(string verb)
    {
        string page = """{"TableName":"T","KeyConditionExpression":"k = :k","ExpressionAttributeValues":{":k":{"S":"a"}}}""";
        string request = verb switch
        {
            "Query" => page,
            "Scan" => """{"TableName":"T"}""",
            "BatchGetItem" => """{"RequestItems":{"T":{"Keys":[{"k":{"S":"a"}}],"ConsistentRead":true}}}""",
            "BatchWriteItem" => """{"RequestItems":{"T":[{"DeleteRequest":{"Key":{"k":{"S":"a"}}}}]}}""",
            "TransactGetItems" => """{"TransactItems":[{"Get":{"TableName":"T","Key":{"k":{"S":"a"}}}},{"Get":{"TableName":"U","Key":{"k":{"S":"a"}}}}]}""",
            "TransactWriteItems" => """{"TransactItems":[{"Delete":{"TableName":"T","Key":{"k":{"S":"a"}}}}]}""",
            "ListTables" => "{}",
            "DescribeTable" => """{"TableName":"Tab"}""",
            _ => """{"TableName":"T","Key":{"k":{"S":"a"}}}""",
        };
        using JsonDocument json = JsonDocument.Parse(request);
        Assert.That(
            JsonRequest.TryRead("DynamoDB_20120810." + verb, json.RootElement, ValidationProfile.October2026, out Operation? operation),
            Is.Null);
        return operation!;
    }
}
