using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

[TestFixture]
public sealed class ItemCacheTests
{
    [Test]
    public async Task Fill_BeyondTheLimit_WhatIsReachableStaysWithinIt()
    {
        const long MaxBytes = 200_000;
        using CacheRig rig = new(new ItemCacheOptions { MaxBytes = MaxBytes });
        await rig.Send(Get("other"));
        Assert.That(rig.Catalog.TryGet(Table, out CatalogTable? table));
        List<CacheKey> keys = [];
        for (int i = 0; i < 2000; i++)
        {
            CacheKey key = rig.Cache.KeyOf(table!, ItemKey.Of(table!.Info.KeySchema, Key($"{i}")));
            keys.Add(key);
            FillTicket ticket = rig.Cache.TermsFor(key).Ticket!.Value;
            rig.Cache.Fill(key, ticket, Item.FromAttributes(Row($"{i}", i)));
            if (i % 200 == 0)
            {
                Assert.That(keys.Sum(k => rig.Cache.TryGet(k, out CachedItem? item) ? item.EntryBytes : 0), Is.LessThanOrEqualTo(MaxBytes));
            }
        }

        Assert.That(
            keys.Sum(k => rig.Cache.TryGet(k, out CachedItem? item) ? item.EntryBytes : 0), Is.EqualTo(rig.Cache.Bytes).Within(200));
        Assert.That(rig.Cache.Bytes, Is.InRange(MaxBytes * 9 / 10, MaxBytes));
        Assert.That((rig.Statistics.Entries, rig.Statistics.Bytes), Is.EqualTo((rig.Cache.Count, rig.Cache.Bytes)));
        Assert.That(rig.Statistics.EvictedForCapacity, Is.EqualTo(rig.Statistics.Stored - rig.Cache.Count));
    }

    [Test]
    public async Task TryGet_Hit_AllocatesNothing()
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        Assert.That(rig.Catalog.TryGet(Table, out CatalogTable? table));
        CacheKey key = rig.Cache.KeyOf(table!, ItemKey.Of(table!.Info.KeySchema, Key("a")));
        int Hit(int times)
        {
            int hits = 0;
            for (int i = 0; i < times; i++)
            {
                hits += rig.Cache.TryGet(key, out CachedItem? item) && rig.Cache.StatusOf(item).ToString().Length > 0 ? 1 : 0;
            }

            return hits;
        }

        Hit(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int hits = Hit(1000);
        Assert.That((hits, GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo((1000, 0L)));
    }

    [Test]
    public async Task EndWrite_OfTheFirstOfTwoKeysOnOneFence_IsNotAlone()
    {
        using CacheRig rig = new(new ItemCacheOptions { FenceStripes = 1 });
        await rig.Send(Get("x"));
        Assert.That(rig.Catalog.TryGet(Table, out CatalogTable? table));
        CacheKey a = rig.Cache.KeyOf(table!, ItemKey.Of(table!.Info.KeySchema, Key("a")));
        CacheKey b = rig.Cache.KeyOf(table, ItemKey.Of(table.Info.KeySchema, Key("b")));
        WriteTicket first = rig.Cache.BeginWrite(a), second = rig.Cache.BeginWrite(b);
        Assert.That(rig.Cache.TermsFor(a).Ticket, Is.Null);
        rig.Cache.EndWrite(b, second, WriteOutcome.Exact, Item.FromAttributes(Row("b", 1)));
        rig.Cache.EndWrite(a, first, WriteOutcome.Exact, Item.FromAttributes(Row("a", 1)));
        Assert.That((rig.Cache.TryGet(a, out _), rig.Cache.TryGet(b, out _)), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task EvictedTable_GivesItsRoomBack_BeforeItemsInUseDo()
    {
        using CacheRig rig = new(new ItemCacheOptions { MaxBytes = 210_000 });
        rig.Inner.AddTable("Dead", new KeySchema("k", AttributeType.S));
        CatalogTable alive = (await rig.Catalog.GetAsync(Table, default))!, dead = (await rig.Catalog.GetAsync("Dead", default))!;
        Fill(rig.Cache, alive, 0, 300);
        Fill(rig.Cache, dead, 0, 300);
        int found = CountFound(rig.Cache, alive, 300) + CountFound(rig.Cache, alive, 300) + CountFound(rig.Cache, dead, 300)
            + CountFound(rig.Cache, dead, 300);
        Assert.That(rig.Backend.Evict("Dead"));
        Fill(rig.Cache, alive, 300, 600);
        Assert.That((found, CountFound(rig.Cache, alive, 300)), Is.EqualTo((1200, 300)));
        Assert.That(dead.Counters.Read().EvictedForCapacity, Is.Zero);
        Assert.That(dead.Counters.Read().Entries, Is.LessThan(100));
    }

    [Test]
    public async Task Fill_TooLarge_LeavesTheKeyEmpty()
    {
        using CacheRig rig = new(new ItemCacheOptions { MaxBytes = 8192 });
        await rig.Send(Put("a", 1));
        AttributeMap row = Key("a");
        row.Add("v", AttributeValue.FromString(new string('x', 8192)));
        PutItem large = Checked(new PutItem { TableName = Table, Item = row });
        Assert.That(rig.Cache.Count, Is.EqualTo(1));
        await rig.Send(large);
        Assert.That((rig.Cache.Count, rig.Cache.Bytes, rig.Statistics.Bytes), Is.EqualTo((0, 0L, 0L)));
    }

    [Test, Explicit("Measures memory, which other tests at the same time disturb.")]
    public void Measure_WhatAnEntryTakes_IsWhatItCounts([Values(0, 60, 1024)] int textBytes)
    {
        const int Count = 200_000;
        ItemCache cache = new(new ItemCacheOptions { MaxBytes = 1L << 40, FenceStripes = 64 }, 1, TimeProvider.System, Render);
        TableInfo info = new("T", "1", new KeySchema("k", AttributeType.S), new Dictionary<string, IndexInfo>());
        CatalogTable table = new(info, new TableCacheSettings(), new TableCounters(), 1);
        long payload = 0, before = GC.GetTotalMemory(true);
        for (int i = 0; i < Count; i++)
        {
            CacheKey key = cache.KeyOf(table, ItemKey.Of(info.KeySchema, Key($"user-{i:D12}")));
            AttributeMap row = Key($"user-{i:D12}");
            row.Add("v", AttributeValue.FromString(new string('x', textBytes)));
            Item? item = textBytes == 0 ? null : Item.FromAttributes(row);
            payload += key.Bytes.Length + (item?.GetItemBody.Length ?? 0);
            FillTicket ticket = cache.TermsFor(key).Ticket!.Value;
            cache.Fill(key, ticket, item);
        }

        double taken = GC.GetTotalMemory(true) - before;
        TestContext.Out.WriteLine(
            $"{(taken - payload) / Count:F0} bytes an entry beyond key and body, {taken / payload:F3} of both; counted {cache.Bytes / taken:F3}");
        Assert.That(cache.Bytes / taken, Is.InRange(0.9, 1.1));
    }

    private static int CountFound(ItemCache cache, CatalogTable table, int keys) =>
        Enumerable.Range(0, keys).Count(i => cache.TryGet(cache.KeyOf(table, ItemKey.Of(table.Info.KeySchema, Key($"{i}"))), out _));

    private static void Fill(ItemCache cache, CatalogTable table, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            CacheKey key = cache.KeyOf(table, ItemKey.Of(table.Info.KeySchema, Key($"{i}")));
            Assert.That(
                cache.TermsFor(key).Ticket is { } ticket && cache.Fill(key, ticket, Item.FromAttributes(Row($"{i}", i))) is not null);
        }
    }
}
