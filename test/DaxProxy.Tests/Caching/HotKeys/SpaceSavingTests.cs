using DaxProxy.Core.Caching.HotKeys;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.HotKeys;

/// <summary>What the sketch promises of its counts, against exact ones, for any stream.</summary>
public sealed class SpaceSavingTests
{
    private const int Size = 8;

    [Test]
    public void Counts_AreWithinTheirError() => Prop.ForAll<byte[], bool>(CheckCounts).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public void Halved_KeepsTheOrderAndTheBounds() => Prop.ForAll<byte[]>(CheckHalves).QuickCheckThrowOnFailure();

    private static void CheckCounts(byte[] stream, bool isSkewed)
    {
        SpaceSaving<byte> sketch = new(Size);
        Dictionary<byte, long> exact = [];
        foreach (byte one in stream)
        {
            byte what = (byte)(isSkewed ? one & (one >> 4) : one);
            sketch.Add(what, what);
            exact[what] = exact.GetValueOrDefault(what) + 1;
        }

        Assert.That(sketch.Total, Is.EqualTo(stream.Length));
        Dictionary<byte, (long Count, long Error)> counted = sketch.Counted.ToDictionary(one => one.What, one => (one.Count, one.Error));
        Assert.That(counted, Has.Count.EqualTo(Math.Min(Size, exact.Count)));
        Assert.That(counted.Values.Sum(one => one.Count), Is.EqualTo(stream.Length), "nothing is counted twice");
        foreach ((byte what, (long count, long error)) in counted)
        {
            Assert.That(count, Is.GreaterThanOrEqualTo(exact[what]), "never too low");
            Assert.That(count - error, Is.LessThanOrEqualTo(exact[what]), "too high by the error at most");
            Assert.That(error, Is.LessThanOrEqualTo(stream.Length / Size));
        }

        foreach ((byte what, long count) in exact.Where(one => one.Value > stream.Length / Size))
        {
            Assert.That(counted, Does.ContainKey(what), $"{count} of {stream.Length}");
        }
    }

    private static void CheckHalves(byte[] stream)
    {
        SpaceSaving<byte> sketch = new(Size);
        foreach (byte one in stream)
        {
            sketch.Add(one, one);
        }

        List<(byte What, ulong Hash, long Count, long Error)> before = [.. sketch.Counted];
        sketch.Halve();
        Assert.That(sketch.Total, Is.EqualTo(stream.Length / 2));
        Assert.That(
            sketch.Counted,
            Is.EqualTo(before.Where(one => one.Count > 1).Select(one => (one.What, one.Hash, one.Count / 2, (one.Error + 1) / 2))));
        sketch.Add(999, 1);
        Assert.That(sketch.Counted, Has.One.Matches<(byte What, ulong Hash, long Count, long Error)>(one => one.Hash == 999));
    }
}
