using System.Buffers;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Core.Wire.Json.Outbound;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Json.Outbound;

[TestFixture]
public sealed class OutboundRequestTests
{
    [TestCase("GetItem", """{"TableName":"T","Key":{"k":{"S":"a"}}}""")]
    [TestCase("GetItem", """
        {"TableName":"T","Key":{"k":{"N":"1"},"s":{"B":"AQ=="}},"ConsistentRead":true,"ReturnConsumedCapacity":"INDEXES",
        "ProjectionExpression":"#a.b[0]","ExpressionAttributeNames":{"#a":"x"}}
        """)]
    [TestCase("GetItem", """{"TableName":"T","Key":{"k":{"S":"a"}},"AttributesToGet":["a","b"],"ReturnConsumedCapacity":"TOTAL"}""")]
    [TestCase("PutItem", """
        {"TableName":"T","Item":{"k":{"S":"a"},"l":{"L":[{"NULL":true},{"M":{"x":{"SS":["a","b"]}}}]}},"ConditionExpression":"#a = :v",
        "ExpressionAttributeNames":{"#a":"x"},"ExpressionAttributeValues":{":v":{"N":"1.5"}},"ReturnValues":"ALL_OLD",
        "ReturnValuesOnConditionCheckFailure":"ALL_OLD","ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE"}
        """)]
    [TestCase("PutItem", """
        {"TableName":"T","Item":{"k":{"S":"a"}},"ConditionalOperator":"OR","Expected":{"a":{"Exists":false},"b":{"Value":{"S":"x"}},
        "c":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"N":"2"}]}}}
        """)]
    [TestCase(
        "DeleteItem", """{"TableName":"T","Key":{"k":{"S":"a"}},"ConditionExpression":"attribute_exists(a)","ReturnValues":"ALL_OLD"}""")]
    [TestCase("UpdateItem", """
        {"TableName":"T","Key":{"k":{"S":"a"}},"UpdateExpression":"SET a = :v REMOVE b","ConditionExpression":"a < :v",
        "ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValues":"UPDATED_OLD"}
        """)]
    [TestCase("UpdateItem", """
        {"TableName":"T","Key":{"k":{"S":"a"}},"AttributeUpdates":{"a":{"Action":"ADD","Value":{"N":"1"}},"b":{"Action":"DELETE"}}}
        """)]
    [TestCase("UpdateItem", """{"TableName":"T","Key":{"k":{"S":"a"}}}""")]
    [TestCase("Query", """
        {"TableName":"T","IndexName":"I-1","Select":"ALL_ATTRIBUTES","Limit":3,"ConsistentRead":true,"ScanIndexForward":false,
        "ExclusiveStartKey":{"k":{"S":"a"}},"KeyConditionExpression":"k = :k AND begins_with(#s, :s)","FilterExpression":"a <> :s",
        "ExpressionAttributeNames":{"#s":"s"},"ExpressionAttributeValues":{":k":{"S":"a"},":s":{"S":"b"}}}
        """)]
    [TestCase("Query", """
        {"TableName":"T","KeyConditions":{"k":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},"ConditionalOperator":"AND",
        "QueryFilter":{"a":{"ComparisonOperator":"NULL"},"b":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"1"}]}},"AttributesToGet":["a"]}
        """)]
    [TestCase("Scan", """
        {"TableName":"T","Segment":1,"TotalSegments":4,"Select":"COUNT","FilterExpression":"a = :a","ExpressionAttributeValues":{":a":{"BOOL":true}}}
        """)]
    [TestCase("Scan", """{"TableName":"T","ScanFilter":{"a":{"ComparisonOperator":"NOT_NULL"}}}""")]
    [TestCase("BatchGetItem", """
        {"RequestItems":{"T":{"Keys":[{"k":{"N":"1"}},{"k":{"N":"1.0"}}],"ConsistentRead":true,"ProjectionExpression":"#a",
        "ExpressionAttributeNames":{"#a":"x"}},"U-1":{"Keys":[{"k":{"S":"a"},"n 1":{"N":"1e1"}}]}},
        "ReturnConsumedCapacity":"TOTAL"}
        """)]
    [TestCase("BatchGetItem", """{"RequestItems":{"T":{"Keys":[{"k":{"N":"1"}}],"AttributesToGet":["b"]}}}""")]
    [TestCase("BatchWriteItem", """
        {"RequestItems":{"T":[{"PutRequest":{"Item":{"k":{"S":"a"}}}},{"DeleteRequest":{"Key":{"k":{"S":"b"}}}}]},
        "ReturnItemCollectionMetrics":"SIZE"}
        """)]
    [TestCase("TransactGetItems", """
        {"TransactItems":[{"Get":{"TableName":"T","Key":{"k":{"S":"a"}},"ProjectionExpression":"#a","ExpressionAttributeNames":{"#a":"x"}}}]}
        """)]
    [TestCase("TransactWriteItems", """
        {"ClientRequestToken":"token","TransactItems":[
        {"Put":{"TableName":"T","Item":{"k":{"S":"a"}}}},
        {"Update":{"TableName":"T","Key":{"k":{"S":"b"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"S":"x"}}}},
        {"Delete":{"TableName":"T","Key":{"k":{"S":"c"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},
        {"ConditionCheck":{"TableName":"T","Key":{"k":{"S":"d"}},"ConditionExpression":"attribute_exists(k)"}}]}
        """)]
    [TestCase("DescribeTable", """{"TableName":"Tab"}""")]
    [TestCase("ListTables", """{"ExclusiveStartTableName":"Tab","Limit":7}""")]
    public void Write_OfADecodedRequest_IsTheRequestAgain(string verb, string request)
    {
        using JsonDocument sent = JsonDocument.Parse(request);
        string written = Write(Read(verb, sent.RootElement));
        using JsonDocument again = JsonDocument.Parse(written);
        Assert.That(JsonElement.DeepEquals(again.RootElement, sent.RootElement), Is.True, written);
        Assert.That(Write(Read(verb, again.RootElement)), Is.EqualTo(written));
    }

    [TestCase("#n0 = :v0 AND (#n1.#n2[3] < :v1 OR attribute_exists(#n3)) AND NOT (#n0 <> #n1)")]
    [TestCase("NOT (#n0 = :v0 OR #n1 IN (:v1, :v2))")]
    [TestCase("NOT (NOT (attribute_not_exists(#n0))) AND size(#n1) >= :v0")]
    [TestCase("#n0 BETWEEN :v0 AND :v1 OR begins_with(#n1, :v2) OR contains(#n0, :v3) OR attribute_type(#n1, :v4)")]
    public void Write_OfAConditionWithoutAText_IsATextThatCompilesToIt(string condition)
    {
        PutItem written = ReadPut(condition, [":v4"]);
        using JsonDocument request = JsonDocument.Parse(
            Write(new PutItem { TableName = "T", Item = written.Item, Condition = written.Condition }));
        Assert.That(request.RootElement.GetProperty("ConditionExpression").GetString(), Is.EqualTo(condition));
        Assert.That(Read("PutItem", request.RootElement), Is.InstanceOf<PutItem>());
    }

    [TestCase("SET #n0 = :v0, #n1.#n2[0] = if_not_exists(#n3, :v1) + :v2, #n4 = list_append(#n5, #n6) REMOVE #n7, #n8[1] ADD #n9 :v3 DELETE #n10 :v4")]
    [TestCase("REMOVE #n0")]
    public void Write_OfAnUpdateWithoutAText_IsATextThatCompilesToIt(string update)
    {
        const string Values = """
            ,"ExpressionAttributeValues":{":v0":{"S":"x"},":v1":{"N":"1"},":v2":{"N":"2"},":v3":{"N":"3"},":v4":{"SS":["x"]}}
            """;
        using JsonDocument sent = JsonDocument.Parse(
            "{\"TableName\":\"T\",\"Key\":{\"k\":{\"S\":\"a\"}},\"UpdateExpression\":\"" + update + "\",\"ExpressionAttributeNames\":"
                + Names(update)
            + (update.Contains(":v0", StringComparison.Ordinal) ? Values : "") + "}");
        UpdateItem decoded = (UpdateItem)Read("UpdateItem", sent.RootElement);
        using JsonDocument written = JsonDocument.Parse(
            Write(new UpdateItem { TableName = "T", Key = decoded.Key, Update = decoded.Update }));
        Assert.That(written.RootElement.GetProperty("UpdateExpression").GetString(), Is.EqualTo(update));
        Assert.That(Read("UpdateItem", written.RootElement), Is.InstanceOf<UpdateItem>());
    }

    [TestCase(KeyOperator.BeginsWith, "#n0 = :v0 AND begins_with(#n1, :v1)")]
    [TestCase(KeyOperator.Between, "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2")]
    [TestCase(KeyOperator.GreaterOrEqual, "#n0 = :v0 AND #n1 >= :v1")]
    public void Write_OfAKeyConditionWithoutAText_IsATextThatCompilesToIt(KeyOperator range, string expected)
    {
        AttributeValue low = AttributeValue.FromString("a"), high = AttributeValue.FromString("b");
        Query query = new()
        {
            TableName = "T",
            KeyCondition = new KeyConditionExpression(
            [
                new KeyCondition("k", KeyOperator.Equal, low, null),
                new KeyCondition("s", range, low, range == KeyOperator.Between ? high : null),
            ]),
        };
        using JsonDocument written = JsonDocument.Parse(Write(query));
        Assert.That(written.RootElement.GetProperty("KeyConditionExpression").GetString(), Is.EqualTo(expected));
        KeyConditionExpression compiled = ((Query)Read("Query", written.RootElement)).KeyCondition;
        Assert.That(compiled.Conditions, Is.EqualTo(query.KeyCondition.Conditions));
    }

    [Test]
    public void Write_OfAReadWithoutItsProjection_LeavesNoReferenceBehind()
    {
        using JsonDocument sent = JsonDocument.Parse("""
            {"TableName":"T","Key":{"k":{"S":"a"}},"ProjectionExpression":"#a","ExpressionAttributeNames":{"#a":"x"}}
            """);
        Assert.That(
            Write(((GetItem)Read("GetItem", sent.RootElement)).WholeItem().Consistently()),
            Is.EqualTo("""{"TableName":"T","Key":{"k":{"S":"a"}},"ConsistentRead":true}"""));
    }

    private static PutItem ReadPut(string condition, string[] typeNames)
    {
        IEnumerable<string> values = References(condition, ':')
            .Select(reference => $"\"{reference}\":{{\"S\":\"{(typeNames.Contains(reference) ? "S" : reference)}\"}}");
        using JsonDocument sent = JsonDocument.Parse(
            "{\"TableName\":\"T\",\"Item\":{\"k\":{\"S\":\"a\"}},\"ConditionExpression\":\"" + condition
                + "\",\"ExpressionAttributeNames\":"
            + Names(condition) + ",\"ExpressionAttributeValues\":{" + string.Join(',', values) + "}}");
        return (PutItem)Read("PutItem", sent.RootElement);
    }

    private static string Names(string expression) =>
        "{" + string.Join(',', References(expression, '#').Select(reference => $"\"{reference}\":\"name{reference[1..]}\"")) + "}";

    private static IEnumerable<string> References(string expression, char sign) =>
        expression.Split(' ', '(', ')', ',', '.', '[', ']').Where(word => word.StartsWith(sign)).Distinct();

    private static Operation Read(string verb, JsonElement request)
    {
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + verb, request, ValidationProfile.October2026, out Operation? operation);
        Assert.That(error, Is.Null);
        return operation!;
    }

    private static string Write(Operation operation)
    {
        ArrayBufferWriter<byte> body = new();
        OutboundCall.Write(operation, (operation as WriteOperation)?.ReturnValues ?? default, body);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
