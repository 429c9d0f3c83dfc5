using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Core.Wire.Json.Outbound;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Json.Outbound;

/// <summary>
/// Good answers of a backend, damaged by chance: each is read as an answer that can be passed on, or refused as none. Anything else would
/// be taken for a fault of the proxy's own.
/// </summary>
public sealed class OutboundMutationTests
{
    private const string Capacity = """
        {"TableName":"T","CapacityUnits":3.0,"ReadCapacityUnits":1,"Table":{"CapacityUnits":1.0},
        "LocalSecondaryIndexes":{"L":{"CapacityUnits":0.5}},"GlobalSecondaryIndexes":{"G":{"CapacityUnits":1.5}},
        "VectorIndexes":{"V":{"VectorWriteRequestBytes":12}}}
        """;

    private const string Item = """{"k":{"S":"a"},"n":{"N":"1.5"},"l":{"L":[{"NULL":true},{"M":{"b":{"B":"AQI="}}}]},"s":{"SS":["a","b"]}}""";
    private const string Collection = """{"ItemCollectionKey":{"k":{"S":"a"}},"SizeEstimateRangeGB":[0,1]}""";

    private static readonly (string Target, string Request, string Answer)[] Calls =
    [
        ("GetItem", """{"TableName":"T","Key":{"k":{"S":"a"}}}""", """{"Item":%item,"ConsumedCapacity":%capacity}"""),
        ("UpdateItem", """{"TableName":"T","Key":{"k":{"S":"a"}}}""",
            """{"Attributes":%item,"ConsumedCapacity":%capacity,"ItemCollectionMetrics":%collection}"""),
        ("Query", """{"TableName":"T","KeyConditionExpression":"k = :k","ExpressionAttributeValues":{":k":{"S":"a"}}}""",
            """{"Items":[%item,%item],"Count":2,"ScannedCount":3,"LastEvaluatedKey":{"k":{"S":"b"}},"ConsumedCapacity":%capacity}"""),
        ("BatchGetItem", """{"RequestItems":{"T":{"Keys":[{"k":{"S":"a"}}],"ConsistentRead":true}}}""",
            """{"Responses":{"T":[%item]},"UnprocessedKeys":{"T":{"Keys":[{"k":{"S":"b"}}]}},"ConsumedCapacity":[%capacity]}"""),
        ("BatchWriteItem", """{"RequestItems":{"T":[{"DeleteRequest":{"Key":{"k":{"S":"a"}}}}]}}""", """
            {"UnprocessedItems":{"T":[{"PutRequest":{"Item":%item}},{"DeleteRequest":{"Key":{"k":{"S":"a"}}}}]},
            "ItemCollectionMetrics":{"T":[%collection]},"ConsumedCapacity":[%capacity]}
            """),
        ("TransactGetItems", """{"TransactItems":[{"Get":{"TableName":"T","Key":{"k":{"S":"a"}}}}]}""",
            """{"Responses":[{"Item":%item}],"ConsumedCapacity":[%capacity]}"""),
        ("TransactWriteItems", """{"TransactItems":[{"Delete":{"TableName":"T","Key":{"k":{"S":"a"}}}}]}""",
            """{"ItemCollectionMetrics":{"T":[%collection]},"ConsumedCapacity":[%capacity]}"""),
        ("ListTables", "{}", """{"TableNames":["A","B"],"LastEvaluatedTableName":"B"}"""),
        ("DescribeTable", """{"TableName":"Tab"}""", """
            {"Table":{"TableName":"Tab","TableStatus":"ACTIVE","TableId":"1","TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Tab",
            "CreationDateTime":1.7e9,"ItemCount":3,"TableSizeBytes":12,"DeletionProtectionEnabled":false,
            "BillingModeSummary":{"BillingMode":"PROVISIONED"},"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},
            "KeySchema":[{"AttributeName":"k","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],
            "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"},
            {"AttributeName":"g","AttributeType":"B"}],
            "LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"k","KeyType":"HASH"},
            {"AttributeName":"g","KeyType":"RANGE"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]},"ItemCount":1}],
            "GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
            "Projection":{"ProjectionType":"ALL"},"IndexStatus":"CREATING","Backfilling":true,"IndexSizeBytes":2}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"LatestStreamArn":"arn","LatestStreamLabel":"l"}}
            """),
        ("DescribeBulkOperation", """{"BulkOperationArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/bulk-operation/1"}""", """
            {"BulkOperationDescription":{"BulkOperationArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/bulk-operation/1",
            "BulkOperationStatus":"IN_PROGRESS","TableDetails":[{"TableName":"T"}]}}
            """),
        ("ListBulkOperations", "{}", """
            {"BulkOperationsSummaryList":[{"BulkOperationArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/bulk-operation/1",
            "BulkOperationStatus":"COMPLETED"}],"NextToken":"n"}
            """),
        ("DescribeStream", """{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000"}""", """
            {"StreamDescription":{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000",
            "TableName":"T","StreamLabel":"l","StreamStatus":"ENABLED","StreamViewType":"NEW_IMAGE","CreationRequestDateTime":1.7e9,
            "KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"LastEvaluatedShardId":"shard-00000000000000000000",
            "Shards":[{"ShardId":"shard-00000000000000000000","ParentShardId":"p",
            "SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"}}]}}
            """),
        ("GetShardIterator", """
            {"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000",
            "ShardId":"shardId-00000001573612345678-abcdef12","ShardIteratorType":"LATEST"}
            """, """{"ShardIterator":"i"}"""),
        ("GetRecords", """{"ShardIterator":"i"}""", """
            {"NextShardIterator":"n","Records":[{"eventID":"e","eventName":"MODIFY","awsRegion":"r","userIdentity":{"type":"Service"},
            "dynamodb":{"SequenceNumber":"1","ApproximateCreationDateTime":1.7e9,"StreamViewType":"NEW_AND_OLD_IMAGES","SizeBytes":3,
            "Keys":{"k":{"S":"a"}},"NewImage":%item,"OldImage":%item}}]}
            """),
    ];

    private const string Refusal = """
        {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"x","Item":%item,
        "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":%item,"Message":"y"}],
        "ThrottlingReasons":[{"reason":"TableReadKeyRangeThroughputExceeded","resource":"arn"}]}
        """;

    [Test]
    public void Answers_AsTheyShouldBe_AreRead([ValueSource(nameof(Targets))] string target)
    {
        (Operation asked, string answer) = Find(target);
        Assert.That(Damage(asked, answer), Is.Null);
        Assert.That(IsRead(asked, answer), Is.True);
    }

    [Test]
    public void Answers_HoweverTheyAreDamaged_AreReadOrAreNone([ValueSource(nameof(Targets))] string target)
    {
        (Operation asked, string answer) = Find(target);
        Random random = new(target.Length);
        int none = 0;
        for (int number = 0; number < 3000; number++)
        {
            string damaged = Damaged(random, answer);
            Assert.That(Damage(asked, damaged), Is.Null, damaged);
            none += IsRead(asked, damaged) ? 0 : 1;
        }

        Assert.That(none, Is.InRange(100, 2990), "some are none, some are still answers");
    }

    [Test]
    public void Refusals_HoweverTheyAreDamaged_AreReadOrAreNone()
    {
        Random random = new(5);
        for (int number = 0; number < 5000; number++)
        {
            string damaged = Damaged(random, Filled(Refusal));
            Assert.DoesNotThrow(
                () =>
                {
                    if (OutboundCall.ReadError(400, Encoding.UTF8.GetBytes(damaged)) is { } error)
                    {
                        JsonReply.Write(error, new ArrayBufferWriter<byte>());
                    }

                    OutboundCall.ReadBulkOperation(Encoding.UTF8.GetBytes(damaged));
                },
                damaged);
        }
    }

    private static IEnumerable<string> Targets => Calls.Select(call => call.Target);

    private static (Operation Asked, string Answer) Find(string target)
    {
        (_, string request, string answer) = Calls.Single(call => call.Target == target);
        using JsonDocument json = JsonDocument.Parse(request);
        string version = target is "DescribeStream" or "GetShardIterator" or "GetRecords" ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.";
        DynamoError? fault =
            JsonRequest.TryRead(version + target, json.RootElement, ValidationProfile.October2026, out Operation? operation);
        Assert.That(fault?.Message, Is.Null);
        return (operation!, Filled(answer));
    }

    private static string Filled(string answer) => answer
        .Replace("%item", Item, StringComparison.Ordinal)
        .Replace("%capacity", Capacity, StringComparison.Ordinal)
        .Replace("%collection", Collection, StringComparison.Ordinal);

    private static bool IsRead(Operation asked, string answer)
    {
        try
        {
            OutboundCall.Read(asked, Encoding.UTF8.GetBytes(answer));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What is thrown that should not be, by the reading or by what is done with its result; null for nothing.</summary>
    private static Exception? Damage(Operation asked, string answer)
    {
        try
        {
            Reply reply = OutboundCall.Read(asked, Encoding.UTF8.GetBytes(answer));
            if (reply is not (DescribeBulkOperationReply or ListBulkOperationsReply))
            {
                // Those two are not passed on.
                JsonReply.Write(asked, reply, new ArrayBufferWriter<byte>());
            }

            return reply is TableReply described && TableInfo.Of(described.Table).Shape.Length == 0
                ? new InvalidOperationException("No shape.")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    /// <summary>Changes values, names and single bytes.</summary>
    private static string Damaged(Random random, string json)
    {
        if (random.Next(5) == 0)
        {
            char[] text = json.ToCharArray();
            text[random.Next(text.Length)] = "\0\"{}[],:0e\\n\ud800"[random.Next(13)];
            return new string(text);
        }

        JsonNode root = JsonNode.Parse(json)!;
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            List<JsonNode> all = [];
            Collect(root, all);
            Change(random, all[random.Next(all.Count)], all);
        }

        string damaged = root.ToJsonString();

        // What no tree of nodes can have: the same name twice, and half a character.
        return random.Next(8) switch
        {
            0 => damaged.Replace("\"S\"", "\"S\":\"a\",\"S\"", StringComparison.Ordinal),
            1 => damaged.Replace("\"T\"", "\"\\ud800\"", StringComparison.Ordinal),
            2 => damaged.Replace("TableName\":", "TableName\":\"T\",\"TableName\":", StringComparison.Ordinal),
            _ => damaged,
        };
    }

    private static void Collect(JsonNode? node, List<JsonNode> all)
    {
        if (node is JsonObject or JsonArray)
        {
            all.Add(node);
            foreach (JsonNode? child in node is JsonObject members ? members.Select(member => member.Value) : (JsonArray)node)
            {
                Collect(child, all);
            }
        }
    }

    private static void Change(Random random, JsonNode node, List<JsonNode> all)
    {
        JsonNode? other = random.Next(3) == 0 ? all[random.Next(all.Count)].DeepClone() : Value(random);
        if (node is JsonArray list)
        {
            int at = random.Next(list.Count + 1);
            if (at < list.Count && random.Next(2) == 0)
            {
                list.RemoveAt(at);
            }
            else if (at < list.Count)
            {
                list[at] = other;
            }
            else
            {
                list.Insert(at, other);
            }

            return;
        }

        JsonObject members = (JsonObject)node;
        string[] names = [.. members.Select(member => member.Key)];
        string name = names.Length == 0 ? "a" : names[random.Next(names.Length)];
        if (random.Next(3) == 0)
        {
            members.Remove(name);
        }
        else
        {
            members[random.Next(4) == 0 ? "Other" : name] = other;
        }
    }

    private static JsonNode? Value(Random random) => JsonNode.Parse(
        ((string[])
        [
            "null", "true", "[]", "{}", "\"\"", "\"a\"", "0", "-1", "1.5", "1e400", "1e30", "9223372036854775808", "-1e300", "[null]",
            "[[]]", "{\"S\":null}", "{\"S\":\"a\"}", "{\"N\":\"1e999\"}", "{\"NULL\":false}", "{\"L\":[]}", "{\"SS\":[]}", "\"HASH\"",
            "253402300800", "{\"AttributeName\":\"z\",\"KeyType\":\"HASH\"}",
        ])[random.Next(24)]);
}
