using System.Collections.Concurrent;
using System.Diagnostics;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>Law two with real threads: counters only grow, and a reader sees at least what was acknowledged before.</summary>
[TestFixture]
public sealed class CacheStressTests
{
    private const int Keys = 8;

    [Test]
    public async Task Stress_CountersNeverGoBack([Values(4, 1024)] int fences)
    {
        ItemCacheOptions options = new() { FenceStripes = fences, MaxBytes = 16 << 10 };
        using CountingBackend inner = new();
        TableCatalog catalog = new(inner, TimeProvider.System, _ => new TableCacheSettings { NegativeTimeToLive = TimeSpan.Zero });
        ItemCache cache = new(options, 7, TimeProvider.System, Render);
        CachedBackend backend = new(inner, catalog, cache, null, options.DoubtWindow, new CacheHealth(catalog, TimeProvider.System));
        long[] acknowledged = new long[Keys];
        long start = Stopwatch.GetTimestamp();
        Task[] workers = [.. Enumerable.Range(0, 6).Select(worker => Task.Run(() => WorkAsync(worker)))];
        await Task.WhenAll(workers);
        Assert.That(cache.Fences.AreQuiet());
        Assert.That(catalog.Tables.Single().Counters.Read().Hits, Is.GreaterThan(0));

        async Task WorkAsync(int worker)
        {
            Random random = new(worker);
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(400))
            {
                int key = random.Next(Keys);
                if (random.Next(worker < 2 ? 2 : 64) == 0)
                {
                    WriteReply written = (WriteReply)await backend.ExecuteAsync(Put($"{key}", 1), default);
                    Raise(ref acknowledged[key], VersionOf(written.Attributes));
                    continue;
                }

                if (random.Next(500) == 0)
                {
                    backend.EvictAll();
                }

                long floor = Volatile.Read(ref acknowledged[key]);
                long seen = VersionIn(await backend.ExecuteAsync(Get($"{key}"), default));
                Assert.That(seen, Is.GreaterThanOrEqualTo(floor));
            }
        }
    }

    private static void Raise(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (seen < value)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    /// <summary>Every put counts its key up; answers take effect and return after a few turns of the scheduler.</summary>
    private sealed class CountingBackend : IDynamoBackend, IDisposable
    {
        private readonly ScriptedBackend tables = new();
        private readonly ConcurrentDictionary<string, long> counters = new();
        private int calls;

        public ReadLag ReadLag => ReadLag.None;

        public CountingBackend() => tables.AddTable(Table, new KeySchema("k", AttributeType.S));

        public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
        {
            int turns = Interlocked.Increment(ref calls) % 4;
            await TurnAsync(turns / 2);
            Reply reply = operation switch
            {
                GetItem get => Read(get.Key.Value!["k"].String),
                PutItem put => Count(put.Item.Value!["k"].String),
                _ => Describe(operation),
            };
            await TurnAsync(turns % 2);
            return reply;
        }

        public void Dispose() => counters.Clear();

        private Reply Describe(Operation operation)
        {
            lock (tables)
            {
                return tables.ExecuteAsync(operation, default).AsTask().Result;
            }
        }

        private GetItemReply Read(string key) =>
            new(counters.TryGetValue(key, out long value) ? Item.FromAttributes(Row(key, value)) : null, null);

        private WriteReply Count(string key)
        {
            Item item = Item.FromAttributes(Row(key, counters.AddOrUpdate(key, 1, (_, value) => value + 1)));
            return new WriteReply { Attributes = item, Images = new WriteImages(null, item) };
        }

        private static async Task TurnAsync(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                await Task.Yield();
            }
        }
    }
}
