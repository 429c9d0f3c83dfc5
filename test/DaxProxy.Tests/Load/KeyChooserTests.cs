using DaxProxy.Load;
using NUnit.Framework;

namespace DaxProxy.Tests.Load;

public sealed class KeyChooserTests
{
    private const int Items = 1000;
    private const int Draws = 400_000;

    [TestCase(0.7)]
    [TestCase(0.99)]
    [TestCase(1.3)]
    public void ZipfRanks_ManyDraws_FollowTheLaw(double exponent)
    {
        int[] counts = Count(new ZipfRanks(Items, exponent).Next);
        double sum = Enumerable.Range(1, Items).Sum(rank => Math.Pow(rank, -exponent));
        foreach (int rank in (int[])[0, 1, 4, 19, 99])
        {
            double expected = Draws * Math.Pow(rank + 1, -exponent) / sum;
            Assert.That(counts[rank], Is.EqualTo(expected).Within(5 * Math.Sqrt(expected)), $"rank {rank}");
        }
    }

    [Test]
    public void Zipf_RanksAreSpreadOverTheItems_AndTheSameForASeed()
    {
        int[] counts = Of(seed: 1), other = Of(seed: 2);
        Assert.That(counts, Is.EqualTo(Of(seed: 1)));
        Assert.That(Array.IndexOf(counts, counts.Max()), Is.Not.EqualTo(Array.IndexOf(other, other.Max())));
        Assert.That(counts.Order(), Is.EqualTo(other.Order()), "the same law");

        static int[] Of(int seed)
        {
            KeyChooser chooser = KeyChooser.Zipf(Items, 0.99, seed);
            return Count(random => chooser.Next(random, Items));
        }
    }

    [Test]
    public void Uniform_ManyDraws_AreEven()
    {
        int[] counts = Count(random => KeyChooser.Uniform.Next(random, Items));
        double expected = (double)Draws / Items;
        Assert.That(counts, Has.All.EqualTo(expected).Within(5 * Math.Sqrt(expected)));
    }

    [Test]
    public void HotSet_ManyDraws_GiveTheShare()
    {
        KeyChooser chooser = KeyChooser.HotSet(itemShare: 0.2, requestShare: 0.8);
        int[] counts = Count(random => chooser.Next(random, Items));
        Assert.That(counts.Take(Items / 5).Sum(), Is.EqualTo(0.8 * Draws).Within(0.5).Percent);
        Assert.That(counts, Has.All.GreaterThan(0));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void HotSet_FewItems_StaysAmongThem(int items)
    {
        KeyChooser chooser = KeyChooser.HotSet(itemShare: 0.2, requestShare: 0.5);
        Random random = new(1);
        Assert.That(
            Enumerable.Range(0, 1000).Select(_ => chooser.Next(random, items)).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, items)));
    }

    [Test]
    public void Latest_ItemsGrow_PrefersTheNewest()
    {
        KeyChooser chooser = KeyChooser.Latest(Items, 0.99);
        Random random = new(1);
        foreach (int items in (int[])[Items, Items + 1, 5 * Items])
        {
            List<int> drawn = [.. Enumerable.Range(0, 20_000).Select(_ => chooser.Next(random, items))];
            Assert.That(drawn, Has.All.InRange(items - Items, items - 1));
            Assert.That(drawn.GroupBy(item => item).MaxBy(group => group.Count())!.Key, Is.EqualTo(items - 1));
        }
    }

    private static int[] Count(Func<Random, int> draw)
    {
        Random random = new(7);
        int[] counts = new int[Items];
        for (int count = 0; count < Draws; count++)
        {
            counts[draw(random)]++;
        }

        return counts;
    }
}
