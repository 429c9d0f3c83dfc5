using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Peeks;
using DaxProxy.Tests.Caching;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxPeekTests
{
    /// <summary>GetItem of the item "a" of table "T".</summary>
    private const string Plain = "011a0fb0cc6a" + "4154" + "4161";

    [TestCase(Plain + "bfff", true, TestName = "No options")]
    [TestCase(Plain + "a0", true, TestName = "No options, of definite length")]
    [TestCase(Plain + "f6", true, TestName = "No options at all")]
    [TestCase(Plain + "bf02f40300ff", true, TestName = "Options that say nothing")]
    [TestCase(Plain + "bf02f5ff", false, TestName = "A consistent read")]
    [TestCase(Plain + "bf0301ff", false, TestName = "Capacity")]
    [TestCase(Plain + "bf00488201818212626131ff", false, TestName = "A projection")]
    [TestCase(Plain + "bf1863f6ff", false, TestName = "An option that is not known")]
    [TestCase(Plain + "bfff00", false, TestName = "Something behind")]
    [TestCase("011a0fb0cc6a" + "4155" + "4161" + "bfff", false, TestName = "Another table")]
    [TestCase("011a0fb0cc6a" + "4154" + "4162" + "bfff", false, TestName = "Another item")]
    [TestCase("011a0fb0cc6a" + "4154" + "40" + "bfff", false, TestName = "No key")]
    [TestCase("011a0fb0cc6a" + "4154" + "41ff" + "bfff", false, TestName = "A key that is no UTF-8")]
    [TestCase("011a0fb0cc6a" + "4154" + "6161" + "bfff", false, TestName = "A text for a key")]
    public async Task Request_OfACachedItem_IsServedIfItIsPlain(string frame, bool expected)
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        bool served = DaxPeek.TryServe(Convert.FromHexString(frame), rig.Catalog, rig.Cache, null, out CachedItem? item);
        Assert.That(served, Is.EqualTo(expected));
        Assert.That(item is not null, Is.EqualTo(expected));
    }

    [Test]
    public async Task Request_OfACachedItem_AllocatesNothing()
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        byte[] frame = Convert.FromHexString(Plain + "bfff");
        int Serve(int times)
        {
            int served = 0;
            for (int i = 0; i < times; i++)
            {
                served += DaxPeek.TryServe(frame, rig.Catalog, rig.Cache, null, out _) ? 1 : 0;
            }

            return served;
        }

        Serve(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int hits = Serve(1000);
        Assert.That((hits, GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo((1000, 0L)));
    }

    [Test]
    public async Task DaxFace_KeptBesideAnItem_IsFoundAndCountedUntilTheItemIsWritten()
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        CachedItem plain = Find(rig, "a")!;
        long before = rig.Cache.Bytes;
        byte[] face = new byte[1000];
        Assert.That(plain.DaxFace, Is.Null);
        Assert.That(rig.Cache.TryKeepDaxFace(plain, face), Is.True);
        Assert.That(Find(rig, "a")!.DaxFace, Is.SameAs(face));
        Assert.That(Find(rig, "a")!.Item, Is.SameAs(plain.Item));
        Assert.That(Find(rig, "a")!.ExpiresAt, Is.EqualTo(plain.ExpiresAt));
        Assert.That(rig.Cache.Bytes - before, Is.InRange(1000, 1100));
        Assert.That(rig.Cache.Count, Is.EqualTo(1));

        await rig.Send(Put("a", 2));
        Assert.That(Find(rig, "a")!.DaxFace, Is.Null);
        Assert.That(rig.Cache.Bytes, Is.EqualTo(before));
    }

    [Test]
    public async Task DaxFace_OfAnItemThatWasWrittenMeanwhile_IsNotKept()
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        CachedItem old = Find(rig, "a")!;
        await rig.Send(Put("a", 2));
        Assert.That(rig.Cache.TryKeepDaxFace(old, [1]), Is.False);
        Assert.That(VersionOf(Find(rig, "a")!.Item), Is.EqualTo(2));
    }

    [Test]
    public async Task DaxFace_TooLargeToBeKept_LeavesTheItem()
    {
        using CacheRig rig = new(new ItemCacheOptions { MaxBytes = 100_000 });
        await rig.Send(Put("a", 1));
        Assert.That(rig.Cache.TryKeepDaxFace(Find(rig, "a")!, new byte[50_000]), Is.False);
        Assert.That(Find(rig, "a"), Is.Not.Null);
    }

    private static CachedItem? Find(CacheRig rig, string key)
    {
        Assert.That(rig.Catalog.TryGet(Table, out CatalogTable? table));
        return rig.Cache.TryGet(rig.Cache.KeyOf(table!, ItemKey.Of(table!.Info.KeySchema, Key(key))), out CachedItem? item) ? item : null;
    }
}
