using System.Globalization;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// Both caches against a model, under a seeded scheduler. <c>DAXPROXY_CHECK_SEED</c> in the environment replaces the seeds of the short
/// check by one; <c>DAXPROXY_CHECK_OPERATIONS</c> says how long the long one is. How to read a failure: docs/testing.md.
/// </summary>
[TestFixture]
public sealed class CoherenceCheckTests
{
    private const int Steps = 10_000;

    private static IEnumerable<ulong> Seeds => Environment.GetEnvironmentVariable("DAXPROXY_CHECK_SEED") is { Length: > 0 } seed
        ? [ulong.Parse(seed, CultureInfo.InvariantCulture)]
        : [1, 2, 3, 4];

    [Test]
    public void Reads_WhateverHappens_AreNeverOlderThanAcknowledgedWrites(
        [ValueSource(nameof(Seeds))] ulong seed, [Values("Harsh", "Roomy", "Lagging", "Failing", "Changing")] string profile)
    {
        CheckFigures figures = new();
        // Answers past the end of a life are rare, as most entries are written to before: it takes longer to see enough of them.
        string? story = Check.Run(seed, Enum.Parse<CheckProfile>(profile), profile == "Failing" ? 3 * Steps : Steps, figures);
        Assert.That(story, Is.Null);
        Assert.That(Math.Min(figures.ItemHits, figures.PageHits), Is.GreaterThan(50), $"the caches were of use: {figures}");
        Assert.That(Math.Min(figures.StaleItems, figures.StalePages), profile == "Failing" ? Is.GreaterThan(15) : Is.Zero, $"{figures}");
    }

    [Test]
    public void Check_OfABackendThatTellsBadlyOfItsOwnWork_Fails([Values("Late", "OfItemsOnly", "OfIndexesOnly")] string telling)
    {
        string? found = null;
        CheckFigures figures = new();
        for (ulong seed = 1; found is null && seed <= 20; seed++)
        {
            found = Check.Run(seed, CheckProfile.Changing, Steps, figures, isTold: false, Enum.Parse<Telling>(telling));
        }

        TestContext.Out.WriteLine(found ?? figures.ToString());
        Assert.That(found, Is.Not.Null);
    }

    [Test]
    public void Pages_OfSmoothlyWrittenTables_AreSeldomDroppedForNothing()
    {
        CheckFigures figures = new();
        Assert.That(Check.Run(1, CheckProfile.Smooth, 2 * Steps, figures), Is.Null);
        Assert.That(figures.PageHits, Is.GreaterThan(500));
        Assert.That(figures.ImprecisionPercent, Is.LessThan(1), figures.ToString());
    }

    [Test]
    [Explicit("a million operations: minutes")]
    public void Reads_OfAMillionOperations_AreNeverOlderThanAcknowledgedWrites()
    {
        long operations = long.Parse(
            Environment.GetEnvironmentVariable("DAXPROXY_CHECK_OPERATIONS") ?? "1000000", CultureInfo.InvariantCulture);
        Dictionary<CheckProfile, CheckFigures> all =
            Enum.GetValues<CheckProfile>().ToDictionary(profile => profile, _ => new CheckFigures());
        for (ulong seed = 1000; all.Values.Sum(figures => figures.Operations) < operations; seed++)
        {
            CheckProfile profile = (CheckProfile)(seed % 6);
            Assert.That(Check.Run(seed, profile, 5 * Steps, all[profile]), Is.Null);
        }

        foreach ((CheckProfile profile, CheckFigures figures) in all)
        {
            TestContext.Out.WriteLine($"{profile}: {figures}");
        }

        HashSet<QueryShape> shapes = [.. all.Values.SelectMany(figures => figures.Shapes)];
        TestContext.Out.WriteLine($"all: operations {all.Values.Sum(figures => figures.Operations)}, shapes {shapes.Count}, violations 0");
        Assert.That(shapes, Has.Count.GreaterThanOrEqualTo(200));
    }
}
