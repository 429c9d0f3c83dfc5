using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DaxProxy.Conformance.Caching;

/// <summary>The AWS SDK.</summary>
internal sealed class SdkHistoryClient(Uri endPoint, string table) : IHistoryClient
{
    private readonly AmazonDynamoDBClient sdk = SdkClient.For(endPoint);

    /// <inheritdoc/>
    public Task PutAsync(HistoryItem item) => sdk.PutItemAsync(table, Content(item));

    /// <inheritdoc/>
    public Task UpdateAsync(HistoryItem item)
    {
        Dictionary<string, AttributeValue> content = Content(item);
        return sdk.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = table,
            Key = KeyOf((item.Partition, item.Sort)),
            UpdateExpression = "SET v = :v, g = :g, a = :a",
            ExpressionAttributeValues = new() { [":v"] = content["v"], [":g"] = content["g"], [":a"] = content["a"] },
        });
    }

    /// <inheritdoc/>
    public Task DeleteAsync((int Partition, int Sort) key) => sdk.DeleteItemAsync(table, KeyOf(key));

    /// <inheritdoc/>
    public Task BatchWriteAsync(IReadOnlyList<HistoryItem> items) => sdk.BatchWriteItemAsync(new Dictionary<string, List<WriteRequest>>
    {
        [table] = [.. items.Select(item => new WriteRequest(new PutRequest(Content(item))))],
    });

    /// <inheritdoc/>
    public Task TransactWriteAsync(IReadOnlyList<HistoryItem> items) => sdk.TransactWriteItemsAsync(new TransactWriteItemsRequest
    {
        TransactItems = [.. items.Select(item => new TransactWriteItem { Put = new Put { TableName = table, Item = Content(item) } })],
    });

    /// <inheritdoc/>
    public async Task<HistoryReply> GetAsync((int Partition, int Sort) key, bool asksForCapacity)
    {
        GetItemResponse got = await sdk.GetItemAsync(
            new GetItemRequest(table, KeyOf(key)) { ReturnConsumedCapacity = asksForCapacity ? ReturnConsumedCapacity.TOTAL : null });
        return Reply(got.IsItemSet ? [got.Item] : [], got.ConsumedCapacity);
    }

    /// <inheritdoc/>
    public Task<HistoryReply> QueryPartitionAsync(int partition, bool byOrder) =>
        QueryAsync(byOrder ? "byA" : null, "p = :x", $"p{partition}", byOrder ? Select.ALL_ATTRIBUTES : null);

    /// <inheritdoc/>
    public Task<HistoryReply> QueryGroupAsync(string group) => QueryAsync("byG", "g = :x", group, null);

    /// <inheritdoc/>
    public async Task<HistoryReply> ScanAsync()
    {
        ScanResponse scanned = await sdk.ScanAsync(new ScanRequest(table) { ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL });
        return Reply(scanned.Items, scanned.ConsumedCapacity);
    }

    /// <inheritdoc/>
    public void Dispose() => sdk.Dispose();

    private async Task<HistoryReply> QueryAsync(string? index, string condition, string value, Select? select)
    {
        QueryResponse reply = await sdk.QueryAsync(new QueryRequest(table)
        {
            IndexName = index,
            KeyConditionExpression = condition,
            ExpressionAttributeValues = new() { [":x"] = new() { S = value } },
            Select = select,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        });
        return Reply(reply.Items, reply.ConsumedCapacity);
    }

    private static HistoryReply Reply(List<Dictionary<string, AttributeValue>>? items, ConsumedCapacity? capacity) => new(
        (items ?? []).ToDictionary(
            item => (int.Parse(item["p"].S[1..], CultureInfo.InvariantCulture), int.Parse(item["s"].N, CultureInfo.InvariantCulture)),
            item => int.Parse(item["v"].N, CultureInfo.InvariantCulture)),
        capacity?.CapacityUnits == 0);

    private static Dictionary<string, AttributeValue> KeyOf((int Partition, int Sort) item) =>
        new() { ["p"] = new() { S = $"p{item.Partition}" }, ["s"] = new() { N = $"{item.Sort}" } };

    private static Dictionary<string, AttributeValue> Content(HistoryItem item) => new(KeyOf((item.Partition, item.Sort)))
    {
        ["v"] = new() { N = $"{item.Version}" },
        ["g"] = new() { S = item.Group },
        ["a"] = new() { N = $"{item.Order}" },
    };
}
