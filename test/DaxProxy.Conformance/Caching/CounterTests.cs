using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>
/// The second law over real sockets: no reader sees a state older than a write that was acknowledged before the read began.
/// </summary>
/// <remarks>Alone, as it runs for a time that is given, and must get something done in it.</remarks>
[TestFixtureSource(typeof(Stacks), nameof(Stacks.Cached))]
public sealed class CounterTests(Stack stack)
{
    private const int Keys = 6;
    private const int Seed = 20260101;

    private readonly string table = "t-" + Guid.NewGuid().ToString("N");
    private readonly long[] acknowledged = new long[Keys];
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Keys).Select(_ => new SemaphoreSlim(1))];
    private int hits;

    [Test]
    public async Task Counters_NeverGoBack()
    {
        await stack.Sdk.CreateTableAsync(new TableShape("p:S").Request(table));
        long start = Stopwatch.GetTimestamp();
        Task[] clients = [.. Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            Random random = new(Seed + client);
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
            {
                await (client < 4 ? WriteAsync(random) : ReadAsync(random));
            }
        }))];
        await Task.WhenAll(clients);
        Assert.That(hits, Is.GreaterThan(0));
        Assert.That(acknowledged.Sum(), Is.GreaterThan(0));
    }

    private static Dictionary<string, AttributeValue> KeyOf(int key) => new() { ["p"] = new() { S = $"{key}" } };

    private static long CountOf(Dictionary<string, AttributeValue>? item) =>
        item is not null && item.TryGetValue("n", out AttributeValue? n) ? long.Parse(n.N) : 0;

    /// <summary>
    /// One writer at a time counts a key up, by whatever operation; every sixteenth write is refused and must change nothing.
    /// </summary>
    private async Task WriteAsync(Random random)
    {
        int key = random.Next(Keys);
        await turns[key].WaitAsync();
        try
        {
            long next = acknowledged[key] + 1;
            Dictionary<string, AttributeValue> item = KeyOf(key);
            item["n"] = new() { N = $"{next}" };
            switch (random.Next(4))
            {
                case 0:
                    await stack.Sdk.PutItemAsync(table, item);
                    break;
                case 1:
                    await stack.Sdk.BatchWriteItemAsync(
                        new Dictionary<string, List<WriteRequest>> { [table] = [new(new PutRequest(item))] });
                    break;
                case 2 when random.Next(4) == 0:
                    await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => stack.Sdk.PutItemAsync(
                        new PutItemRequest { TableName = table, Item = item, ConditionExpression = "attribute_exists(z)" }));
                    return;
                default:
                    await stack.Sdk.UpdateItemAsync(new UpdateItemRequest
                    {
                        TableName = table,
                        Key = KeyOf(key),
                        UpdateExpression = "SET n = :n",
                        ExpressionAttributeValues = new() { [":n"] = item["n"] },
                        ReturnValues = random.Next(2) == 0 ? ReturnValue.NONE : ReturnValue.UPDATED_NEW,
                    });
                    break;
            }

            Volatile.Write(ref acknowledged[key], next);
        }
        finally
        {
            turns[key].Release();
        }
    }

    private async Task ReadAsync(Random random)
    {
        int key = random.Next(Keys);
        long floor = Volatile.Read(ref acknowledged[key]);
        if (random.Next(4) == 0)
        {
            BatchGetItemResponse batch = await stack.Sdk.BatchGetItemAsync(new BatchGetItemRequest(new Dictionary<string, KeysAndAttributes>
            {
                [table] = new() { Keys = [KeyOf(key), KeyOf((key + 1) % Keys)] },
            }));
            Assert.That(
                CountOf(batch.Responses[table].SingleOrDefault(item => item["p"].S == $"{key}")), Is.GreaterThanOrEqualTo(floor),
                $"seed {Seed}");
            return;
        }

        string projection = random.Next(3) == 0 ? ",'ProjectionExpression':'n'" : "";
        WireReply reply = await stack.Wire.SendAsync("GetItem", $"{{'TableName':'{table}','Key':{{'p':{{'S':'{key}'}}}}{projection}}}");
        long seen = reply["Item.n.N"] is { } text ? long.Parse(text.Trim('\'')) : 0;
        Assert.That(seen, Is.GreaterThanOrEqualTo(floor), $"seed {Seed}, {reply.CacheStatus}");
        if (reply.CacheStatus!.StartsWith("DaxProxy; hit", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref hits);
        }
    }
}
