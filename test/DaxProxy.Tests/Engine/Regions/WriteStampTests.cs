using DaxProxy.Engine.Replication;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>The order that decides between writes of different regions.</summary>
public sealed class WriteStampTests
{
    private static readonly string[] Regions = ["a", "b", "c"];

    [Test]
    public void NextWrite_IsLaterThanWhatItReplaces_WhateverTheClockSays()
    {
        Random random = new(1);
        for (int round = 0; round < 100_000; round++)
        {
            WriteStamp? before = random.Next(4) == 0 ? null : new WriteStamp(random.Next(10), Regions[random.Next(3)]);
            WriteStamp next = WriteStamp.Next(DateTimeOffset.UnixEpoch.AddMicroseconds(random.Next(10)), Regions[random.Next(3)], before);
            Assert.That(next.Wins(before), Is.True, $"{next} after {before}");
        }
    }

    [Test]
    public void Merging_InAnyOrderAndAnyNumberOfTimes_LeavesTheGreatest()
    {
        Random random = new(2);
        for (int round = 0; round < 100_000; round++)
        {
            WriteStamp[] writes = [.. Enumerable.Range(0, 5).Select(_ => new WriteStamp(random.Next(1, 4), Regions[random.Next(3)]))];
            WriteStamp? kept = null;
            foreach (WriteStamp write in writes.Concat(writes).OrderBy(_ => random.Next()))
            {
                kept = write.Wins(kept) ? write : kept;
            }

            Assert.That(kept, Is.EqualTo(writes.MaxBy(write => (write.At, write.Region))));
        }
    }

    [Test]
    public void SameWriteAgain_DoesNotWin() =>
        Assert.That(new WriteStamp(5, "a").Wins(new WriteStamp(5, "a")), Is.False);

    [Test]
    public void WhatIsOlderThanItsGlobalTable_WinsOverNothingOnly() => Assert.Multiple(() =>
    {
        Assert.That(WriteStamp.None.Wins(null), Is.True);
        Assert.That(WriteStamp.None.Wins(new WriteStamp(1, "a")), Is.False);
    });
}
