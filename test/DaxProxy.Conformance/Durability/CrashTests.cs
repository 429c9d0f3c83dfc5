using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>
/// The executable is killed while eight clients write: after a restart every acknowledged write is there, every other one is there as a
/// whole or not at all, and the indexes say what the table says.
/// </summary>
public sealed class CrashTests
{
    private const string Table = "crash";

    [Test]
    public Task Kill_InTheMiddleOfWrites_LosesNothingAcknowledged([Values(1, 2, 3)] int seed) => RoundAsync(seed);

    [Test]
    public Task Kill_OfAnEncryptedStore_LosesNothingAcknowledged([Values(4, 5)] int seed) => RoundAsync(seed, isEncrypted: true);

    [Test]
    [Explicit("Takes minutes")]
    public async Task Kill_AHundredTimes_LosesNothingAcknowledged()
    {
        for (int seed = 1000; seed < 1100; seed++)
        {
            TestContext.Progress.WriteLine($"seed {seed}");
            await RoundAsync(seed, isEncrypted: seed % 2 == 0);
        }
    }

    private static async Task RoundAsync(int seed, bool isEncrypted = false)
    {
        Random random = new(seed);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-crash-");
        string? key = isEncrypted ? EncryptedFolder.WriteKey(folder.FullName) : null;
        string data = Path.Combine(folder.FullName, "data");
        try
        {
            Writer[] writers = [.. Enumerable.Range(0, 8).Select(number => new Writer(Table, number, new Random(random.Next())))];
            using (ServerProcess server = await ServerProcess.StartAsync(data, key))
            {
                await server.Sdk.CreateTableAsync(
                    new TableShape("p:S").Gsi("byG", "g:S v:N", "ALL").Gsi("keys", "g:S", "KEYS_ONLY").Request(Table));
                int moment = random.Next(20, 600), count = 0;
                TaskCompletionSource due = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Task[] running = [.. writers.Select(writer => Task.Run(() => writer.RunAsync(server.Sdk, Count)))];
                await Task.WhenAny(due.Task, Task.WhenAll(running));
                await server.KillAsync();
                await Task.WhenAll(running);
                Assert.That(count, Is.GreaterThanOrEqualTo(moment), $"seed {seed}");

                void Count()
                {
                    if (Interlocked.Increment(ref count) == moment)
                    {
                        due.SetResult();
                    }
                }
            }

            Assert.That(EncryptedFolder.HoldsValues(data), Is.EqualTo(!isEncrypted), $"seed {seed}: values in the clear");
            using ServerProcess restarted = await ServerProcess.StartAsync(data, key);
            await VerifyAsync(restarted.Sdk, writers, seed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task VerifyAsync(AmazonDynamoDBClient sdk, Writer[] writers, int seed)
    {
        List<Dictionary<string, AttributeValue>> items = (await sdk.ScanAsync(new ScanRequest(Table))).Items;
        Dictionary<string, Dictionary<string, AttributeValue>> byKey = items.ToDictionary(item => item["p"].S);
        foreach (Writer writer in writers)
        {
            foreach (string key in writer.Acknowledged.Keys.Union(writer.InDoubt.Keys))
            {
                int found = byKey.Remove(key, out Dictionary<string, AttributeValue>? item) ? int.Parse(item["v"].N) : 0;
                int[] allowed = [.. new[] { writer.Acknowledged.GetValueOrDefault(key) }
                    .Concat(writer.InDoubt.TryGetValue(key, out int doubt) ? [doubt] : Array.Empty<int>())];
                Assert.That(allowed, Does.Contain(found), $"seed {seed}, key {key}");
                Assert.That(
                    item is null || Attributes.Text(item) == Attributes.Text(Writer.Item(key, found)), $"seed {seed}, key {key} is torn");
            }
        }

        Assert.That(byKey, Is.Empty, $"seed {seed}: items that were never written");
        await VerifyIndexesAsync(sdk, items, seed);
    }

    private static async Task VerifyIndexesAsync(AmazonDynamoDBClient sdk, List<Dictionary<string, AttributeValue>> items, int seed)
    {
        List<string> indexed = [];
        int keys = 0;
        for (int group = 0; group < 5; group++)
        {
            string values = $"{{':g':{{'S':'g{group}'}}}}";
            indexed.AddRange(Attributes.Texts((await sdk.QueryAsync(Pages.Query(Table, "g = :g", values, "byG"))).Items));
            keys += (await sdk.QueryAsync(Pages.Query(Table, "g = :g", values, "keys"))).Count ?? 0;
        }

        Assert.That(indexed, Is.EquivalentTo(Attributes.Texts(items)), $"seed {seed}: index against table");
        TableDescription description = (await sdk.DescribeTableAsync(Table)).Table;
        Assert.That(
            (keys, description.ItemCount, description.GlobalSecondaryIndexes.All(index => index.ItemCount == items.Count)),
            Is.EqualTo((items.Count, (long?)items.Count, true)),
            $"seed {seed}: counts");
        Assert.That(description.TableSizeBytes, items.Count == 0 ? Is.Zero : Is.Positive);
    }
}
