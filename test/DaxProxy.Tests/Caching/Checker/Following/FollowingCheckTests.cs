using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>Followers of a stream against the model, under a seeded scheduler.</summary>
[TestFixture]
public sealed class FollowingCheckTests
{
    [Test]
    public void Hits_OfATableThatOthersWrite_AreNeverOlderThanTheLag([Values(1, 2, 3)] int members, [Range(0, 4)] int seed)
    {
        CheckFigures figures = new();
        string? story = Run((ulong)((10 * members) + seed), members, 20_000, figures, out long recognised, out int gaps);
        TestContext.Out.WriteLine($"{figures}; own changes recognised {recognised}, gaps {gaps}");
        Assert.That(story, Is.Null);
        bool showsKeysOnly = seed == 4;
        Assert.That(figures.ItemHits, Is.GreaterThan(300), $"the caches were of use: {figures}");
        Assert.That(figures.PageHits > 0 || showsKeysOnly, $"pages were of use, which a view of keys always drops: {figures}");
        Assert.That(gaps, Is.GreaterThan(0));
        Assert.That(recognised > 0, Is.EqualTo(!showsKeysOnly), "every view but that of keys shows that a change is one's own");
    }

    /// <summary>The story of what went wrong; null for nothing.</summary>
    internal static string? Run(ulong seed, int members, int steps, CheckFigures figures, out long recognised, out int gaps)
    {
        FollowingWorld? world = null;
        string? story = Story.Of(
            $"seed {seed}, {members} members", steps, tell => (world = new FollowingWorld(seed, members, figures, tell)).Step);
        (recognised, gaps) = (world!.Recognised, world.Gaps);
        return story;
    }
}
