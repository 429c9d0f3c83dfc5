using DaxProxy.Resilience;
using NUnit.Framework;

namespace DaxProxy.Tests.Resilience;

public sealed class BackoffTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    [Test]
    public void Wait_IsBetweenTheShortestAndThreeTimesTheLast_AndAtMostTheLongest()
    {
        Backoff backoff = new(Shortest, Longest, seed: 7);
        TimeSpan before = TimeSpan.Zero;
        for (int i = 0; i < 1000; i++)
        {
            TimeSpan wait = backoff.Next(before), reach = (before < Shortest ? Shortest : before) * 3;
            Assert.That(wait, Is.InRange(Shortest, reach < Longest ? reach : Longest));
            before = i % 10 == 9 ? TimeSpan.Zero : wait;
        }
    }

    [Test]
    public void Waits_FollowFromTheSeed()
    {
        TimeSpan[] Draw(int seed)
        {
            Backoff backoff = new(Shortest, Longest, seed);
            return [.. Enumerable.Range(0, 20).Select(_ => backoff.Next(Shortest))];
        }

        TimeSpan[] drawn = Draw(1), again = Draw(1);
        Assert.That(drawn, Is.EqualTo(again));
        Assert.That(drawn, Is.Not.EqualTo(Draw(2)));
        Assert.That(drawn.Distinct().Count(), Is.GreaterThan(15), "drawn, not computed");
    }
}
