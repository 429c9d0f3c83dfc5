using DaxProxy.Backends;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;
using ItemCacheOptions = DaxProxy.Options.ItemCacheOptions;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// The item cache over the engine with lag: no read is older than an acknowledged write, although the engine's own reads are.
/// </summary>
[TestFixture]
public sealed class LaggingBackendTests
{
    private const int Operations = 10_000;

    [Test]
    public async Task Reads_ThroughTheCache_NeverShowAnOlderState()
    {
        const int Seed = 1;
        string folder = Directory.CreateTempSubdirectory("daxproxy").FullName;
        ManualTime time = new();
        EngineOptions lagging = new()
        {
            DataFolder = folder,
            SynchronizeEveryCommit = false,
            ReplicaLag = TimeSpan.FromSeconds(5),
            LagSeed = Seed,
            TimeToLiveInterval = TimeSpan.FromDays(1),
        };

        // Lives shorter than the lag, so that entries end while writes have not settled.
        ProxyOptions options = new()
        {
            ItemCache = new ItemCacheOptions { TimeToLive = TimeSpan.FromSeconds(3), NegativeTimeToLive = TimeSpan.FromSeconds(1) },
        };
        using (LocalBackend engine = new(lagging, ValidationProfile.October2026, time))
        using (BackendStack stack = new(engine, options, time))
        {
            await stack.Outermost.ExecuteAsync(Checked(TableOf("k")), CancellationToken.None);
            int behind = await RunAsync(stack, engine, time, new Random(Seed));
            Assert.That(behind, Is.GreaterThan(Operations / 100), "otherwise nothing was put to the test");
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Reads and writes at random, checked against a dictionary; how often the engine, asked beside the cache, was behind.
    /// </summary>
    private static async Task<int> RunAsync(BackendStack stack, LocalBackend engine, ManualTime time, Random random)
    {
        Dictionary<string, long> model = [];
        int behind = 0;
        for (int i = 1; i <= Operations; i++)
        {
            string key = $"k{random.Next(12)}", other = $"o{random.Next(12)}";
            switch (random.Next(12))
            {
                case 0 or 1:
                    await SendAsync(Put(key, i));
                    model[key] = i;
                    break;
                case 2:
                    await SendAsync(new DeleteItem { TableName = Table, Key = Key(key) });
                    model.Remove(key);
                    break;
                case 3:
                    await SendAsync(new TransactWriteItems { Actions = [Put(key, i), Put(other, i)] });
                    (model[key], model[other]) = (i, i);
                    break;
                case 4:
                    // Refused: the key is dropped, so that the next read must ask.
                    PutItem refused = new() { TableName = Table, Item = Row(key, i), ConditionExpression = "attribute_exists(nothing)" };
                    Assert.That(await stack.Outermost.ExecuteAsync(Checked(refused), default), Is.TypeOf<ErrorReply>());
                    break;
                case 5:
                    time.Advance(random.NextDouble() * 4);
                    break;
                case 6:
                    _ = stack.Caching!.Backend.Evict(Table, random.Next(2) == 0 ? null : Key(key));
                    break;
                case 7 or 8:
                    BatchGetItem batch = new() { Tables = [new() { TableName = Table, Keys = [Key(key), Key(other)] }] };
                    IReadOnlyList<Item> items = ((BatchGetItemReply)await SendAsync(batch)).Responses.Single().Value;
                    long[] expected = [.. new[] { key, other }.Where(model.ContainsKey).Select(name => model[name])];
                    Assert.That(items.Select(VersionOf), Is.EquivalentTo(expected), $"operation {i}");
                    break;
                default:
                    Assert.That(
                        VersionIn(await SendAsync(Get(key))), Is.EqualTo(model.GetValueOrDefault(key)), $"operation {i}, key {key}");
                    behind += VersionIn(await engine.ExecuteAsync(Get(key), default)) == model.GetValueOrDefault(key) ? 0 : 1;
                    break;
            }
        }

        return behind;

        async Task<Reply> SendAsync(Operation operation)
        {
            Reply reply = await stack.Outermost.ExecuteAsync(Checked(operation), CancellationToken.None);
            Assert.That(reply, Is.Not.TypeOf<ErrorReply>(), (reply as ErrorReply)?.Error.Message);
            return reply;
        }
    }

    private static CreateTable TableOf(string key) => new()
    {
        TableName = Table,
        BillingMode = "PAY_PER_REQUEST",
        KeySchema = [new KeySchemaElement(key, "HASH")],
        AttributeDefinitions = [new AttributeDefinition(key, "S")],
    };
}
