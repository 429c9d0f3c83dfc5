using DaxProxy.Memory;
using NUnit.Framework;

namespace DaxProxy.Tests.Memory;

public sealed class HeapTrimmerTests
{
    private const long Slack = 10;

    private long heap;
    private long heapAfter;
    private long allocated;
    private int times;

    [SetUp]
    public void Begin() => (heap, heapAfter, allocated, times) = (0, 0, 0, 0);

    [Test]
    public void Heap_ThatHasGrownFarEnough_IsCompacted()
    {
        HeapTrimmer trimmer = Trimmer();
        Look(trimmer, 10);
        Assert.That(times, Is.Zero, "no further than it may");
        heapAfter = 8;
        Look(trimmer, 11);
        Look(trimmer, 18);
        Assert.That(times, Is.EqualTo(1), "from what was left on it may grow as far");
        Look(trimmer, 19);
        Assert.That(times, Is.EqualTo(2));
    }

    [Test]
    public void Heap_ThatHasToBeLarge_IsNotCompactedAgain()
    {
        HeapTrimmer trimmer = Trimmer();
        heapAfter = 100;
        Look(trimmer, 100);
        Look(trimmer, 105);
        Look(trimmer, 110);
        Assert.That(times, Is.EqualTo(1));
    }

    [Test]
    public void Heap_ThatHasShrunk_MayGrowFromThere()
    {
        HeapTrimmer trimmer = Trimmer();
        heapAfter = 100;
        Look(trimmer, 100);
        Look(trimmer, 50);
        Look(trimmer, 61);
        Assert.That(times, Is.EqualTo(2));
    }

    [Test]
    public void Heap_AtRestAfterMuchWasAllocated_IsCompactedOnce()
    {
        HeapTrimmer trimmer = Trimmer();
        allocated = Slack + HeapTrimmer.RestBytes + 1;
        Look(trimmer, 5);
        Assert.That(times, Is.Zero, "it is in use");
        allocated += HeapTrimmer.RestBytes;
        Look(trimmer, 5);
        Look(trimmer, 5);
        Assert.That(times, Is.EqualTo(1));
        allocated += Slack - 1;
        Look(trimmer, 5);
        Assert.That(times, Is.EqualTo(1), "a little now and then is no use to speak of");
        allocated++;
        Look(trimmer, 5);
        Assert.That(times, Is.EqualTo(2), "until it is as much as the heap may grow");
    }

    private HeapTrimmer Trimmer() => new(Slack, () => (heap, allocated), () =>
    {
        times++;
        heap = heapAfter;
    });

    private void Look(HeapTrimmer trimmer, long bytes)
    {
        heap = bytes;
        trimmer.Look();
    }
}
