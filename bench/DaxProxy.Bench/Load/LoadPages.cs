using DaxProxy.Load;

namespace DaxProxy.Bench.Load;

/// <summary>The table, the items and the requests of a load of queries, each of which finds a whole partition.</summary>
/// <param name="pages">Different partitions.</param>
/// <param name="itemBytes">Bytes of the longest attribute of an item.</param>
internal sealed class LoadPages(int pages, int itemBytes)
{
    /// <summary>Items of a partition.</summary>
    public const int ItemsOfPage = 20;

    private const string Table = "pages";

    private readonly string filler = new('x', itemBytes);

    /// <summary>The request that makes the table.</summary>
    public static byte[] CreateTable { get; } = LoadItems.Request(
        "CreateTable",
        $$"""{"TableName":"{{Table}}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}]}""");

    /// <summary>One request for each item.</summary>
    public byte[][] Puts() => [.. Enumerable.Range(0, pages * ItemsOfPage).Select(index => LoadItems.Request(
        "PutItem",
        $$$$"""{"TableName":"{{{{Table}}}}","Item":{"pk":{"S":"{{{{KeyOf(index / ItemsOfPage)}}}}"},"sk":{"N":"{{{{index % ItemsOfPage}}}}"},"at":{"N":"{{{{1_700_000_000 + index}}}}"},"data":{"S":"{{{{filler}}}}"}}}"""))];

    /// <summary>One request for each partition.</summary>
    public byte[][] Queries() => [.. Enumerable.Range(0, pages).Select(index => LoadItems.Request(
        "Query",
        $$$$"""{"TableName":"{{{{Table}}}}","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"{{{{KeyOf(index)}}}}"}}}"""))];

    /// <summary>The same over DAX.</summary>
    public byte[][] DaxQueries() => [.. Enumerable.Range(0, pages).Select(index => DaxRequests.Query(Table, KeyOf(index)))];

    private static string KeyOf(int index) => $"user#{index:0000000}";
}
