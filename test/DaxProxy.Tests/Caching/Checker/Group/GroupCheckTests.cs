using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>Groups of processes against the model, under a seeded scheduler.</summary>
[TestFixture]
public sealed class GroupCheckTests
{
    [Test]
    public void Reads_ThroughAnyMember_AreNeverOlderThanWritesThatAnyAcknowledged(
        [Values("Calm", "Harsh", "Lagging", "Sharing", "SharingLagging", "Bounded")] string profile,
        [Values(1UL, 2UL, 3UL, 4UL)] ulong seed)
    {
        CheckFigures figures = new();
        string? story = Run(seed, Enum.Parse<GroupProfile>(profile), 30_000, figures);
        TestContext.Out.WriteLine(figures);
        Assert.That(story, Is.Null);
        Assert.That(figures.ItemHits, Is.GreaterThan(20), $"the cache was of use: {figures}");

        // Few pages are asked for where items are shared, and few items shared where replicas lag.
        if (profile != "SharingLagging")
        {
            Assert.That(figures.PageHits, Is.Positive, $"the cache was of use: {figures}");
            Assert.That(figures.SharedHits > 0, Is.EqualTo(profile == "Sharing"), $"what was shared was of use, where it is: {figures}");
        }
    }

    [Test]
    public void Reads_WhereWritesAndMishapsMeet_AreNeverOlder(
        [Values("Calm", "Harsh", "Lagging", "Sharing", "SharingLagging", "Bounded")] string profile,
        [Values(1UL, 2UL, 3UL, 4UL)] ulong seed)
    {
        CheckFigures figures = new();
        string? story = Run(seed, Enum.Parse<GroupProfile>(profile), 100, figures, isDrill: true);
        TestContext.Out.WriteLine(figures);
        Assert.That(story, Is.Null);
        Assert.That(figures.PageHits, Is.GreaterThan(100), $"the cache was of use: {figures}");
    }

    [Explicit("a million operations: minutes")]
    [Test]
    public void Reads_OfAMillionOperations_AreNeverOlder(
        [Values("Calm", "Harsh", "Lagging", "Sharing", "SharingLagging", "Bounded")] string profile)
    {
        CheckFigures all = new();
        for (ulong seed = 1000; all.Operations < 170_000; seed++)
        {
            bool isDrill = seed % 8 == 0;
            string? story = Run(seed, Enum.Parse<GroupProfile>(profile), isDrill ? 100 : 60_000, all, isDrill);
            Assert.That(story, Is.Null);
        }

        TestContext.Out.WriteLine(all);
    }

    /// <summary>
    /// Runs a world on a thread of its own, where what waits goes on at once and in order; the story of what went wrong, null for nothing.
    /// </summary>
    internal static string? Run(ulong seed, GroupProfile profile, int steps, CheckFigures figures, bool isDrill = false)
    {
        string? story = null;
        Exception? broken = null;
        Thread thread = new(() =>
        {
            try
            {
                story = RunHere(seed, profile, steps, figures, isDrill);
            }
            catch (Exception fault)
            {
                broken = fault;
            }
        });
        thread.Start();
        thread.Join();
        return broken is null ? story : throw new InvalidOperationException($"seed {seed}, {profile}: the check itself failed", broken);
    }

    private static string? RunHere(ulong seed, GroupProfile profile, int steps, CheckFigures figures, bool isDrill)
    {
        GroupWorld? world = null;
        string? story = Story.Of($"seed {seed}, {profile}", steps, tell =>
        {
            world = new GroupWorld(seed, profile, figures, tell);
            return isDrill ? new GroupDrill(world, seed).Step : world.Step;
        });
        world!.End();
        return story;
    }
}
