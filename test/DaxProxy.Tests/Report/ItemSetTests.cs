using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

/// <summary>
/// What makes an old version in a read a stale one for sure: one write of an item at a time, and versions that only grow.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ItemSetTests
{
    private readonly ItemSet items = new(items: 100_000);

    [Test]
    public void TryBeginWrite_WhileOneIsUnderWay_IsRefused()
    {
        Assert.That(items.TryBeginWrite(70_000, out int version) && version == 2);
        Assert.That(items.TryBeginWrite(70_000, out _), Is.False);
        items.EndWrite(70_000, isDone: true);
        Assert.That(items.TryBeginWrite(70_000, out version) && version == 3);
    }

    [Test]
    public void EndWrite_Refused_TheVersionIsWrittenAgain()
    {
        items.TryBeginWrite(1, out _);
        items.EndWrite(1, isDone: false);
        Assert.That(items.TryBeginWrite(1, out int version) && version == 2);
    }

    [Test]
    public void EndWrite_OutcomeUnknown_IsNeverWrittenAgain()
    {
        items.TryBeginWrite(1, out _);
        items.EndWrite(1, isDone: null);
        Assert.That(items.TryBeginWrite(1, out _), Is.False);
        Assert.That(items.Settled(1, seen: 2), Is.EqualTo(1), "it may not have arrived everywhere");
    }

    [Test]
    public void Settled_WriteUnderWay_CountsOnceItIsAnswered()
    {
        items.TryBeginWrite(5, out int version);
        Assert.That(items.Settled(5, version), Is.EqualTo(1));
        items.EndWrite(5, isDone: true);
        Assert.That(items.Settled(5, version), Is.EqualTo(2));
        Assert.That(items.Settled(5, seen: 9), Is.EqualTo(9), "another client wrote it");
    }

    [Test]
    public void BeginInsert_DoneOutOfOrder_CountsWhatIsThereWithoutGap()
    {
        int first = items.BeginInsert(), second = items.BeginInsert();
        items.EndWrite(second, isDone: true);
        Assert.That((first, second, items.Count), Is.EqualTo((100_000, 100_001, 100_000)));
        items.EndWrite(first, isDone: true);
        Assert.That(items.Count, Is.EqualTo(100_002));
    }

    [Test]
    public void BeginInsert_AfterARefusedOne_FillsItsPlace()
    {
        int refused = items.BeginInsert();
        items.EndWrite(refused, isDone: false);
        Assert.That(items.BeginInsert(), Is.EqualTo(refused));
    }

    [Test]
    public void TryBeginWrite_ManyAtOnce_OneHasIt()
    {
        int[] versions = new int[200];
        Parallel.For(0, 8, worker =>
        {
            Random random = new(worker);
            for (int count = 0; count < 5000; count++)
            {
                int item = random.Next(versions.Length);
                if (items.TryBeginWrite(item, out int version))
                {
                    if (Interlocked.Increment(ref versions[item]) != version - 1)
                    {
                        Assert.Fail($"version {version} twice or out of order");
                    }

                    items.EndWrite(item, isDone: true);
                }
            }
        });
        Assert.That(versions.Sum(), Is.GreaterThan(5000));
    }
}
