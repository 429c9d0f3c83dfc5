using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Core;

[TestFixture]
public sealed class CacheCoreTests
{
    [Test]
    public void Store_ThenFind_GivesTheSameEntry_UntilItIsRemoved()
    {
        CoreRig rig = new(1 << 20);
        TextEntry entry = rig.Store("a")!;
        Assert.That((rig.Find("a"), rig.Find("b"), rig.Remove("b")), Is.EqualTo((entry, (TextEntry?)null, false)));
        Assert.That((rig.Remove("a"), rig.Find("a"), entry.Left), Is.EqualTo((true, (TextEntry?)null, RemovalReason.Removed)));
        rig.Check();
    }

    [Test]
    public void Store_OfAKeyThatIsThere_TakesItsPlace()
    {
        CoreRig rig = new(1 << 20);
        TextEntry first = rig.Store("a", 100)!, second = rig.Store("a", 1000)!;
        Assert.That((rig.Find("a"), first.Left), Is.EqualTo((second, RemovalReason.Replaced)));
        rig.Check();
    }

    [Test]
    public void Store_OfTheEmptyKeyAndOfLongOnes_KeepsThemApart()
    {
        CoreRig rig = new(1 << 20);
        string[] keys = [.. Enumerable.Range(0, 70).Select(length => new string('\0', length))];
        TextEntry[] entries = [.. keys.Select(key => rig.Store(key)!)];
        Assert.That(keys.Select(rig.Find), Is.EqualTo(entries));
    }

    [Test]
    public void Store_TooLarge_IsRefused_AndEmptiesTheKey()
    {
        CoreRig rig = new(8000);
        TextEntry first = rig.Store("a")!;
        Assert.That(
            (rig.Store("a", 1000), rig.Find("a"), first.Left), Is.EqualTo(((TextEntry?)null, (TextEntry?)null, RemovalReason.Removed)));
        Assert.That(rig.Store("a", 1000 - CacheEntry.OverheadBytes - 1), Is.Not.Null);
        rig.Check();
    }

    [Test]
    public void Find_AtTheEndOfAnEntrysLife_FindsNothing()
    {
        CoreRig rig = new(1 << 20);
        rig.Store("a", seconds: 10);
        rig.Time.Advance(9.999);
        Assert.That(rig.Find("a"), Is.Not.Null);
        rig.Time.Advance(0.001);
        Assert.That(rig.Find("a"), Is.Null);
    }

    [Test]
    public void Store_InThePlaceOfAnExpiredEntry_SaysThatItExpired()
    {
        CoreRig rig = new(1 << 20);
        TextEntry first = rig.Store("a", seconds: 10)!;
        rig.Time.Advance(10);
        rig.Store("a");
        Assert.That(first.Left, Is.EqualTo(RemovalReason.Expired));
        rig.Check();
    }

    [Test]
    public void ExpiredAndVoidEntries_MakeRoom_ThoughNothingHasToBeEvicted()
    {
        CoreRig rig = new(1 << 20);
        TextEntry[] expiring = [.. Enumerable.Range(0, 500).Select(i => rig.Store($"e{i}", seconds: 10)!)];
        TextEntry[] voided = [.. Enumerable.Range(0, 500).Select(i => rig.Store($"v{i}")!)];
        rig.Time.Advance(10);
        Array.ForEach(voided, entry => entry.Void = true);
        TextEntry[] newcomers = [.. Enumerable.Range(0, 1000).Select(i => rig.Store($"n{i}")!)];
        Assert.That(expiring.Select(entry => entry.Left), Is.All.EqualTo(RemovalReason.Expired));
        Assert.That(voided.Select(entry => entry.Left), Is.All.EqualTo(RemovalReason.Voided));
        Assert.That(newcomers.Select(entry => entry.Left), Is.All.Null);
        rig.Check();
    }

    [Test]
    public void Scan_DoesNotEvictWhatIsInUse([Values(100, 1500)] int scannedBytes)
    {
        CoreRig rig = new(400_000);
        string[] hot = [.. Enumerable.Range(0, 500).Select(i => $"hot{i}")];
        Ask(rig, hot);
        Ask(rig, hot);
        Ask(rig, hot);
        int missed = 0, scanned = 0;
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < 400; i++)
            {
                rig.Store($"scanned{scanned++}", scannedBytes);
            }

            missed += Ask(rig, hot);
        }

        Assert.That(missed, Is.LessThanOrEqualTo(50 * hot.Length / 100));
        rig.Check();
    }

    [Test]
    public void HotSet_ThatMoves_IsFollowed()
    {
        CoreRig rig = new(400_000);
        foreach (string phase in (string[])["x", "y", "z"])
        {
            string[] hot = [.. Enumerable.Range(0, 1000).Select(i => $"{phase}{i}")];
            for (int round = 0; round < 10; round++)
            {
                Ask(rig, hot);
            }

            Assert.That(Ask(rig, hot), Is.Zero, phase);
        }
    }

    [Test]
    public void Budget_IsUsedAndNeverExceeded_WhateverTheSizes([Values(10_000, 1_000_000, 8_000_000)] int maxBytes)
    {
        CoreRig rig = new(maxBytes, 100_000);
        Random random = new(3);
        long least = maxBytes;
        for (int i = 0; i < 20_000; i++)
        {
            rig.Store($"{random.Next(50_000)}", (int)Math.Pow(random.NextDouble() * 40, 3) % (maxBytes / 16));
            Assert.That(rig.Cache.Bytes, Is.LessThanOrEqualTo(maxBytes));
            least = i < 10_000 ? least : Math.Min(least, rig.Cache.Bytes);
        }

        rig.Check();
        Assert.That(least, Is.GreaterThan(maxBytes * 0.9));
    }

    [Test]
    public void Hit_AllocatesNothing()
    {
        CoreRig rig = new(1 << 20);
        rig.Store("a", seconds: 1000);
        int Hit(int times)
        {
            int hits = 0;
            for (int i = 0; i < times; i++)
            {
                hits += rig.Cache.TryGet("a"u8, out _) && !rig.Cache.TryGet("b"u8, out _) ? 1 : 0;
            }

            return hits;
        }

        Hit(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int hits = Hit(1000);
        Assert.That((hits, GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo((1000, 0L)));
    }

    /// <summary>Asks for each and stores those that are not there; how many were not.</summary>
    private static int Ask(CoreRig rig, string[] keys)
    {
        int missed = 0;
        foreach (string key in keys.Where(key => rig.Find(key) is null))
        {
            rig.Store(key);
            missed++;
        }

        return missed;
    }
}
