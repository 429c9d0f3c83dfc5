using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Amazon.DynamoDBv2;
using DaxProxy.Conformance.Dax;

namespace DaxProxy.Conformance.Caching;

/// <summary>Clients that read and write for a while, each read with its instants recorded and judged afterwards.</summary>
/// <param name="admin">A client that makes the table.</param>
/// <param name="endPoint">Where the clients go that speak JSON.</param>
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

    /// <summary>Where part of the clients speaks the DAX protocol instead; null for none.</summary>
    public IPEndPoint? Dax { get; init; }

    /// <summary>How far reads of global indexes may be behind.</summary>
    public TimeSpan IndexLag { get; init; }

    /// <summary>Writes so far.</summary>
    public int Writes => writes;

    /// <summary>Reads so far.</summary>
    public int Reads => reads.Count;

    /// <summary>Reads that a cache answered.</summary>
    public int Hits => reads.Count(read => read.IsHit);

    /// <summary>Makes a table of such items.</summary>
    public static Task MakeTableAsync(IAmazonDynamoDB admin, string table) =>
        admin.CreateTableAsync(new TableShape("p:S s:N").Lsi("byA", "p:S a:N", "KEYS_ONLY").Gsi("byG", "g:S v:N", "ALL").Request(table));

    /// <summary>Runs for so long.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        await MakeTableAsync(admin, table);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Writers + Readers).Select(number => Task.Run(async () =>
        {
            using IHistoryClient client = Dax is not null && number % 2 == 1
                ? await DaxHistoryClient.ConnectAsync(Dax, table)
                : new SdkHistoryClient(endPoint, table);
            Random random = new(seed + number);
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                await (number < Writers ? WriteAsync(client, random, number) : ReadAsync(client, random));
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
    private async Task WriteAsync(IHistoryClient client, Random random, int writer)
    {
        (int Partition, int Sort) item = ItemOf(random, writer), other = ItemOf(random, writer);
        string group = $"g{random.Next(3)}";
        int kind = random.Next(6);
        bool isDelete = kind == 0, isPair = kind >= 4 && item != other;
        List<(int Partition, int Sort)> items = isPair ? [item, other] : [item];
        long began = Stopwatch.GetTimestamp();
        int version = Interlocked.Increment(ref writes);
        List<HistoryItem> contents = [.. items.Select(each => new HistoryItem(each.Partition, each.Sort, version, group))];
        await (kind switch
        {
            0 => client.DeleteAsync(item),
            1 => client.UpdateAsync(contents[0]),
            4 => client.BatchWriteAsync(contents),
            5 => client.TransactWriteAsync(contents),
            _ => client.PutAsync(contents[0]),
        });
        long ended = Stopwatch.GetTimestamp();
        items.ForEach(each => histories[each].Add(new ItemVersion(version, isDelete ? null : group, began, ended, ended)));
    }

    private async Task ReadAsync(IHistoryClient client, Random random)
    {
        (int Partition, int Sort) item = (random.Next(Partitions), random.Next(Sorts));
        string group = $"g{random.Next(3)}";
        IEnumerable<(int Partition, int Sort)> partition = Enumerable.Range(0, Sorts).Select(sort => (item.Partition, sort));
        long from = Stopwatch.GetTimestamp();
        await (random.Next(7) switch
        {
            // The shortest ways of answering say nothing of consumption.
            0 => RecordAsync($"GetItem {item}", client.GetAsync(item, asksForCapacity: true), [item], null),
            1 => RecordAsync($"GetItem {item}, plain", client.GetAsync(item, asksForCapacity: false), [item], null),
            2 => RecordAsync($"Query p{item.Partition}", client.QueryPartitionAsync(item.Partition, byOrder: false), partition, null),
            3 => RecordAsync($"Query byA p{item.Partition}", client.QueryPartitionAsync(item.Partition, byOrder: true), partition, null),
            4 => RecordAsync("Scan", client.ScanAsync(), histories.Keys, null),
            _ => RecordAsync($"Query byG {group}", client.QueryGroupAsync(group), histories.Keys, group),
        });

        async Task RecordAsync(string what, Task<HistoryReply> pending, IEnumerable<(int Partition, int Sort)> asked, string? of)
        {
            HistoryReply reply = await pending;
            reads.Add(
                new RecordedRead($"{client.GetType().Name} {what}", from, Stopwatch.GetTimestamp(), reply.Seen, asked, of, reply.IsHit));
        }
    }

    private static (int Partition, int Sort) ItemOf(Random random, int writer) =>
        (random.Next(Partitions), (random.Next(Sorts / Writers + 1) * Writers) + writer) is var item && item.Item2 < Sorts
            ? item
            : (item.Item1, writer);
}
