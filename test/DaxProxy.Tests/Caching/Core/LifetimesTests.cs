using System.Text;
using DaxProxy.Core.Caching.Core;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Core;

[TestFixture]
public sealed class LifetimesTests
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(100);

    [Test]
    public void EndOf_WithJitter_LiesInItsShareOfTheLife_AndFillsIt([Values(0.1, 0.5)] double jitter)
    {
        double[] shares = [.. LivesOf(new Lifetimes(jitter, 0, 42, new ManualTime())).Select(life => life / Life)];
        Assert.That(shares, Is.All.InRange(1 - jitter, 1));
        Assert.That((shares.Min(), shares.Max()), Is.EqualTo((1 - jitter, 1.0)).Within(jitter / 100));
        Assert.That(shares.Average(), Is.EqualTo(1 - (jitter / 2)).Within(jitter / 50));
    }

    [Test]
    public void EndOf_SameSeedKeyAndTime_IsTheSame()
    {
        TimeSpan[] lives = LivesOf(new Lifetimes(0.5, 0, 42, new ManualTime()));
        Assert.That(LivesOf(new Lifetimes(0.5, 0, 42, new ManualTime())), Is.EqualTo(lives));
        Assert.That(
            LivesOf(new Lifetimes(0.5, 0, 43, new ManualTime())).Zip(lives).Count(pair => pair.First == pair.Second), Is.LessThan(10));
    }

    [Test]
    public void EndOf_SameKeyLater_IsDrawnAgain()
    {
        ManualTime time = new();
        Lifetimes lives = new(0.5, 0, 42, time);
        TimeSpan first = lives.EndOf("a"u8, Life) - time.GetUtcNow();
        time.Advance(1);
        Assert.That(lives.EndOf("a"u8, Life) - time.GetUtcNow(), Is.Not.EqualTo(first));
    }

    [Test]
    public void EndOf_WithoutJitter_IsExact()
    {
        ManualTime time = new();
        Assert.That(new Lifetimes(0, 0, 42, time).EndOf("a"u8, Life), Is.EqualTo(time.GetUtcNow() + Life));
    }

    [Test]
    public void EndOf_LifeWithoutEnd_StaysSo() =>
        Assert.That(new Lifetimes(0.5, 0, 42, new ManualTime()).EndOf("a"u8, TimeSpan.Zero), Is.EqualTo(DateTimeOffset.MaxValue));

    [Test]
    public void IsDue_OfTheShortestLife_IsNotSoFromItsBeginning()
    {
        ManualTime time = new();
        Lifetimes lives = new(0.5, 0.5, 42, time);
        TextEntry shortest = new("a", 0, 0, time.GetUtcNow() + (Life * 0.5));
        Assert.That((lives.IsDue(shortest, Life), lives.IsDue(shortest, Life)), Is.EqualTo((false, false)));
        time.Advance(25);
        Assert.That(lives.IsDue(shortest, Life), Is.True);
    }

    [Test]
    public void IsDue_IsForOneToBegin()
    {
        ManualTime time = new();
        Lifetimes lives = new(0, 0.5, 42, time);
        TextEntry entry = new("a", 0, 0, lives.EndOf("a"u8, Life));
        time.Advance(60);
        Assert.That((lives.IsDue(entry, Life), entry.TryBeginRefresh()), Is.EqualTo((false, true)), "the first use");
        Assert.That((lives.IsDue(entry, Life), entry.TryBeginRefresh()), Is.EqualTo((false, false)), "begun");
    }

    private static TimeSpan[] LivesOf(Lifetimes lives)
    {
        DateTimeOffset now = new ManualTime().GetUtcNow();
        return [.. Enumerable.Range(0, 10_000).Select(i => lives.EndOf(Encoding.UTF8.GetBytes($"k{i}"), Life) - now)];
    }
}
