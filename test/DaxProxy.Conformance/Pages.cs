using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance;

/// <summary>Reads all pages of a Query or Scan.</summary>
internal static class Pages
{
    /// <summary>Every item of a query, page by page; each page but the last is cut where it should be.</summary>
    public static async Task<string[]> QueryAllAsync(this IAmazonDynamoDB sdk, QueryRequest request)
    {
        List<string> items = [];
        request.ExclusiveStartKey = null;
        do
        {
            QueryResponse page = await sdk.QueryAsync(request);
            items.AddRange(Attributes.Texts(page.Items));
            Assert.That(page.Count, Is.EqualTo(page.Items.Count));
            Assert.That(page.ScannedCount, Is.LessThanOrEqualTo(request.Limit ?? int.MaxValue));
            Assert.That(page.LastEvaluatedKey is { Count: > 0 }, Is.EqualTo(page.ScannedCount == request.Limit), "cut by the limit alone");
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return [.. items];
    }

    /// <summary>Every item of a scan or of one segment of it, page by page.</summary>
    public static async Task<string[]> ScanAllAsync(this IAmazonDynamoDB sdk, ScanRequest request)
    {
        List<string> items = [];
        request.ExclusiveStartKey = null;
        do
        {
            ScanResponse page = await sdk.ScanAsync(request);
            items.AddRange(Attributes.Texts(page.Items));
            Assert.That(page.ScannedCount, Is.LessThanOrEqualTo(request.Limit ?? int.MaxValue));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return [.. items];
    }

    /// <summary>A query of one partition.</summary>
    public static QueryRequest Query(string table, string condition, string values, string? index = null) => new()
    {
        TableName = table,
        IndexName = index,
        KeyConditionExpression = condition,
        ExpressionAttributeValues = Attributes.Item(values),
    };
}
