using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DaxProxy.Conformance.Caching;

/// <summary>Clients that read and write for a while, each read with its instants recorded and judged afterwards.</summary>
/// <param name="admin">A client that makes the table.</param>
/// <param name="endPoint">Where the clients go.</param>
/// <param name="seed">What the clients do.</param>
internal sealed class HistoryRun(IAmazonDynamoDB admin, Uri endPoint, int seed)
{
    private const int Partitions = 3;
    private const int Sorts = 8;
    private const int Writers = 3;
    private const int Readers = 6;

    private readonly string table = "t-" + Guid.NewGuid().ToString("N");
    private readonly ConcurrentBag<RecordedRead> reads = [];
    private readonly Dictionary<(int Partition, int Sort), ItemHistory> histories =
        (from partition in Enumerable.Range(0, Partitions) from sort in Enumerable.Range(0, Sorts) select (partition, sort))
        .ToDictionary(item => item, _ => new ItemHistory());

    private int writes;

    /// <summary>How far reads of global indexes may be behind.</summary>
    public TimeSpan IndexLag { get; init; }

    /// <summary>Writes so far.</summary>
    public int Writes => writes;

    /// <summary>Reads so far.</summary>
    public int Reads => reads.Count;

    /// <summary>Reads that a cache answered.</summary>
    public int Hits => reads.Count(read => read.IsHit);

    /// <summary>Runs for so long.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        await admin.CreateTableAsync(new TableShape("p:S s:N").Lsi("byA", "p:S a:N", "KEYS_ONLY").Gsi("byG", "g:S v:N", "ALL").Request(table));
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Writers + Readers).Select(client => Task.Run(async () =>
        {
            using AmazonDynamoDBClient sdk = SdkClient.For(endPoint);
            Random random = new(seed + client);
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                await (client < Writers ? WriteAsync(sdk, random, client) : ReadAsync(sdk, random));
            }
        })));
    }

    /// <summary>What is wrong with what was read.</summary>
    public IEnumerable<string> Violations() =>
        from read in reads
        let behind = read.Group is null ? 0 : (long)(IndexLag.TotalSeconds * Stopwatch.Frequency)
        from item in read.Asked
        let seen = read.Seen.TryGetValue(item, out int version) ? version : (long?)null
        let fault = histories[item].Find(read.From - behind, read.To, seen, one => read.Group is null || read.Group == one)
        where fault is not null
        select $"{read.What}{(read.IsHit ? " (hit)" : "")}, item {item}, seed {seed}: {fault}";

    /// <summary>Each writer has items of its own, in every partition, and writes one after another.</summary>
    private async Task WriteAsync(AmazonDynamoDBClient sdk, Random random, int writer)
    {
        (int Partition, int Sort) item = ItemOf(random, writer), other = ItemOf(random, writer);
        string group = $"g{random.Next(3)}";
        int kind = random.Next(6);
        bool isDelete = kind == 0, isPair = kind >= 4 && item != other;
        List<(int Partition, int Sort)> items = isPair ? [item, other] : [item];
        long began = Stopwatch.GetTimestamp();
        int version = Interlocked.Increment(ref writes);
        List<Dictionary<string, AttributeValue>> contents = [.. items.Select(each => Content(each, version, group))];
        await (kind switch
        {
            0 => (Task)sdk.DeleteItemAsync(table, KeyOf(item)),
            1 => UpdateAsync(sdk, item, contents[0]),
            4 => sdk.BatchWriteItemAsync(new Dictionary<string, List<WriteRequest>>
            {
                [table] = [.. contents.Select(content => new WriteRequest(new PutRequest(content)))],
            }),
            5 => sdk.TransactWriteItemsAsync(new TransactWriteItemsRequest
            {
                TransactItems = [.. contents.Select(content => new TransactWriteItem { Put = new Put { TableName = table, Item = content } })],
            }),
            _ => sdk.PutItemAsync(table, contents[0]),
        });
        long ended = Stopwatch.GetTimestamp();
        items.ForEach(each => histories[each].Add(new ItemVersion(version, isDelete ? null : group, began, ended, ended)));
    }

    private Task<UpdateItemResponse> UpdateAsync(AmazonDynamoDBClient sdk, (int Partition, int Sort) item, Dictionary<string, AttributeValue> content) =>
        sdk.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = table,
            Key = KeyOf(item),
            UpdateExpression = "SET v = :v, g = :g, a = :a",
            ExpressionAttributeValues = new() { [":v"] = content["v"], [":g"] = content["g"], [":a"] = content["a"] },
        });

    private async Task ReadAsync(AmazonDynamoDBClient sdk, Random random)
    {
        (int Partition, int Sort) item = (random.Next(Partitions), random.Next(Sorts));
        string group = $"g{random.Next(3)}";
        IEnumerable<(int Partition, int Sort)> partition = Enumerable.Range(0, Sorts).Select(sort => (item.Partition, sort));
        long from = Stopwatch.GetTimestamp();
        switch (random.Next(6))
        {
            case 0:
                GetItemResponse got = await sdk.GetItemAsync(new GetItemRequest(table, KeyOf(item)) { ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL });
                Record($"GetItem {item}", from, got.IsItemSet ? [got.Item] : [], [item], null, got.ConsumedCapacity);
                break;
            case 1:
                await QueryAsync(sdk, from, null, "p = :x", new() { S = $"p{item.Partition}" }, partition, null);
                break;
            case 2:
                await QueryAsync(sdk, from, "byA", "p = :x", new() { S = $"p{item.Partition}" }, partition, null);
                break;
            case 3:
                ScanResponse scanned = await sdk.ScanAsync(new ScanRequest(table) { ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL });
                Record("Scan", from, scanned.Items, histories.Keys, null, scanned.ConsumedCapacity);
                break;
            default:
                await QueryAsync(sdk, from, "byG", "g = :x", new() { S = group }, histories.Keys, group);
                break;
        }
    }

    private async Task QueryAsync(
        AmazonDynamoDBClient sdk, long from, string? index, string condition, AttributeValue value, IEnumerable<(int Partition, int Sort)> asked, string? group)
    {
        QueryResponse reply = await sdk.QueryAsync(new QueryRequest(table)
        {
            IndexName = index,
            KeyConditionExpression = condition,
            ExpressionAttributeValues = new() { [":x"] = value },
            Select = index == "byA" ? Select.ALL_ATTRIBUTES : null,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        });
        Record($"Query {index} {value.S}", from, reply.Items, asked, group, reply.ConsumedCapacity);
    }

    private void Record(
        string what, long from, List<Dictionary<string, AttributeValue>>? items, IEnumerable<(int Partition, int Sort)> asked, string? group, ConsumedCapacity capacity)
    {
        Dictionary<(int Partition, int Sort), int> seen = (items ?? []).ToDictionary(
            item => (int.Parse(item["p"].S[1..], CultureInfo.InvariantCulture), int.Parse(item["s"].N, CultureInfo.InvariantCulture)),
            item => int.Parse(item["v"].N, CultureInfo.InvariantCulture));
        reads.Add(new RecordedRead(what, from, Stopwatch.GetTimestamp(), seen, asked, group, capacity.CapacityUnits == 0));
    }

    private static (int Partition, int Sort) ItemOf(Random random, int writer) =>
        (random.Next(Partitions), (random.Next(Sorts / Writers + 1) * Writers) + writer) is var item && item.Item2 < Sorts ? item : (item.Item1, writer);

    private static Dictionary<string, AttributeValue> KeyOf((int Partition, int Sort) item) =>
        new() { ["p"] = new() { S = $"p{item.Partition}" }, ["s"] = new() { N = $"{item.Sort}" } };

    private static Dictionary<string, AttributeValue> Content((int Partition, int Sort) item, int version, string group) => new(KeyOf(item))
    {
        ["v"] = new() { N = $"{version}" },
        ["g"] = new() { S = group },
        ["a"] = new() { N = $"{version % 4}" },
    };
}
