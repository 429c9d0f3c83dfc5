using DaxProxy.Core.Catalog;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Core;

/// <summary>
/// Entries whose life has ended and which may still be asked for: found only by those who ask for such, and never at the cost of those that
/// live.
/// </summary>
[TestFixture]
public sealed class GraceTests
{
    private const int MaxBytes = 40_000;

    [Test]
    public void EndedEntry_IsFoundByWhoAsksForSuch_UntilItsGraceEnds()
    {
        CoreRig rig = new(MaxBytes);
        TextEntry entry = rig.Store("a", seconds: 10, grace: 5)!;
        rig.Time.Advance(9.9);
        Assert.That((rig.Find("a"), rig.FindStale("a")), Is.EqualTo((entry, (TextEntry?)null)));
        rig.Time.Advance(0.1);
        Assert.That((rig.Find("a"), rig.FindStale("a")), Is.EqualTo(((TextEntry?)null, entry)));
        rig.Time.Advance(4.9);
        Assert.That(rig.FindStale("a"), Is.SameAs(entry));
        rig.Time.Advance(0.1);
        Assert.That(rig.FindStale("a"), Is.Null);
    }

    [Test]
    public void EndedEntries_WhileThereIsRoom_StayForTheirGrace_AndNoLonger()
    {
        CoreRig rig = new(1 << 20);
        TextEntry kept = rig.Store("kept", seconds: 10, grace: 100)!, gone = rig.Store("gone", seconds: 10)!;
        rig.Time.Advance(20);
        StoreMany(rig, 200);
        Assert.That(
            (kept.Left, gone.Left), Is.EqualTo(((RemovalReason?)null, (RemovalReason?)RemovalReason.Expired)), "each chain was looked at");
        rig.Time.Advance(100);
        StoreMany(rig, 400);
        Assert.That(kept.Left, Is.EqualTo(RemovalReason.Expired));
        rig.Check();
    }

    [Test]
    public void EndedEntries_WhenRoomIsShort_GoBeforeThoseThatLive()
    {
        // Fills three quarters with entries that end, read often while they live, and then stores others that take the room of half of
        // them.
        CoreRig rig = new(MaxBytes);
        TextEntry[] ended = [.. Enumerable.Range(0, 100).Select(i => rig.Store($"ended{i}", seconds: 10, grace: 1000)!)];
        for (int round = 0; round < 3; round++)
        {
            Array.ForEach(ended, entry => rig.Find(entry.Name));
        }

        rig.Time.Advance(20);
        List<TextEntry> living = StoreMany(rig, 120);
        Assert.That(living.Count(entry => entry.Left is not null), Is.Zero, "no living entry gave way to them");
        Assert.That(ended.Count(entry => entry.Left is null), Is.InRange(40, 60), "no more of them went than had to");
        rig.Check();
    }

    [Test]
    public void EndedEntryInUse_OutlivesOthersWhenRoomIsShort()
    {
        CoreRig rig = new(MaxBytes);
        rig.Store("used", seconds: 10, grace: 1000);
        rig.Store("unused", seconds: 10, grace: 1000);
        rig.Time.Advance(20);
        for (int i = 0; i < 50; i++)
        {
            Assert.That(rig.FindStale("used"), Is.Not.Null, $"after {i * 10} others");
            StoreMany(rig, 10);
        }

        Assert.That(rig.FindStale("unused"), Is.Null);
        rig.Check();
    }

    [Test]
    public void TooLargeAnEntry_TakesNoRoomFromEndedOnes()
    {
        CoreRig rig = new(MaxBytes);
        TextEntry ended = rig.Store("a", seconds: 10, grace: 1000)!;
        rig.Time.Advance(20);
        for (int i = 0; i < 100; i++)
        {
            Assert.That(rig.Store("large", MaxBytes), Is.Null);
        }

        Assert.That(ended.Left, Is.Null);
    }

    private static List<TextEntry> StoreMany(CoreRig rig, int count) =>
        [.. Enumerable.Range(rig.Stored.Count, count).Select(i => rig.Store($"other{i}")!)];
}
