using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>
/// The requests of one connection, picked by a seed: every kind of read and write, on items that no other connection writes, so that none
/// is refused. There are never more than <see cref="Partitions"/> times <see cref="ItemsPerPartition"/> of them.
/// </summary>
internal sealed class SoakRequests(int connection)
{
    private const string Table = "soak";
    private const string WithStream = """{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}""";
    private const string WithoutStream = """{"StreamEnabled":false}""";
    private const int Partitions = 8;
    private const int ItemsPerPartition = 32;
    private const int BatchItems = 10;
    private const int Groups = 5;
    private const int LongestFiller = 400;

    private readonly Random random = new(connection);

    /// <summary>The request that makes the table, with an index.</summary>
    /// <param name="hasStream">Whether it has a stream, whose records are kept for a day.</param>
    public static byte[] CreateTable(bool hasStream) => LoadItems.Request("CreateTable", $$$$"""
        {"TableName":"{{{{Table}}}}","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by-group","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
        "Projection":{"ProjectionType":"ALL"}}],
        "StreamSpecification":{{{{(hasStream ? WithStream : WithoutStream)}}}}}
        """);

    /// <summary>So many requests.</summary>
    public byte[][] Make(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private byte[] Next() => random.Next(100) switch
    {
        < 30 => Of("GetItem", $$$$"""{"TableName":"{{{{Table}}}}","Key":{{{{Key(AnyItem())}}}}}"""),
        < 50 => Of("PutItem", $$$$"""{"TableName":"{{{{Table}}}}","Item":{{{{Item(AnyItem())}}}}}"""),
        < 65 => Of("UpdateItem", Update(AnyItem())),
        < 70 => Of("DeleteItem", $$$$"""{"TableName":"{{{{Table}}}}","Key":{{{{Key(AnyItem())}}}}}"""),
        < 77 => Of("Query", Query("pk", Partition(AnyItem()), "")),
        < 84 => Of("Query", Query("g", AnyGroup(), "\"IndexName\":\"by-group\",")),
        < 88 => Of("Scan", $$$$"""{"TableName":"{{{{Table}}}}","Limit":20}"""),
        < 92 => Of("BatchGetItem", $$$$"""{"RequestItems":{"{{{{Table}}}}":{"Keys":[{{{{Each(Key)}}}}]}}}"""),
        < 96 => Of("BatchWriteItem", $$$$"""{"RequestItems":{"{{{{Table}}}}":[{{{{Each(InBatch)}}}}]}}"""),
        _ => Of("TransactWriteItems", $$$$"""{"TransactItems":[{{{{Each(InTransaction)}}}}]}"""),
    };

    private static byte[] Of(string operation, string body) => LoadItems.Request(operation, body);

    private int AnyItem() => random.Next(Partitions * ItemsPerPartition);

    /// <summary>Some different items, in a list.</summary>
    private string Each(Func<int, string> write)
    {
        int first = AnyItem();
        return string.Join(',', Enumerable.Range(0, BatchItems).Select(next => write((first + next) % (Partitions * ItemsPerPartition))));
    }

    private string Partition(int index) => $"{connection}#{index / ItemsPerPartition}";

    private string Key(int index) =>
        $$$$"""{"pk":{"S":"{{{{Partition(index)}}}}"},"sk":{"N":"{{{{index % ItemsPerPartition}}}}"}}""";

    private string Item(int index) =>
        Key(index)[..^1] + $$$$""","g":{"S":"{{{{AnyGroup()}}}}"},"data":{"S":"{{{{Filler()}}}}"}}""";

    private string InBatch(int index) => $$$$"""{"PutRequest":{"Item":{{{{Item(index)}}}}}}""";

    private string InTransaction(int index) => $$$$"""{"Put":{"TableName":"{{{{Table}}}}","Item":{{{{Item(index)}}}}}}""";

    private string Update(int index) => $$$$"""
        {"TableName":"{{{{Table}}}}","Key":{{{{Key(index)}}}},"UpdateExpression":"SET #d = :d, g = :g ADD hits :one",
        "ExpressionAttributeNames":{"#d":"data"},
        "ExpressionAttributeValues":{":d":{"S":"{{{{Filler()}}}}"},":g":{"S":"{{{{AnyGroup()}}}}"},":one":{"N":"1"}},"ReturnValues":"ALL_NEW"}
        """;

    private static string Query(string name, string value, string index) => $$$$"""
        {"TableName":"{{{{Table}}}}",{{{{index}}}}"Limit":20,"KeyConditionExpression":"{{{{name}}}} = :v","ExpressionAttributeValues":{":v":{"S":"{{{{value}}}}"}}}
        """;

    private string AnyGroup() => random.Next(Groups).ToString(CultureInfo.InvariantCulture);

    private string Filler() => new((char)('a' + random.Next(26)), random.Next(1, LongestFiller));
}
