using System.Diagnostics;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>The check bites: whichever rule of the caches is broken, it finds it. Nothing in the product knows of this.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class MutantTests
{
    private static readonly Lazy<MutatedCore> Core = new(() => new MutatedCore());

    /// <summary>Cheap, so of all of them in every run: a line that has moved on leaves its rule without a check.</summary>
    [Test]
    public void Texts_OfAllMutants_AreInTheSourcesOnce()
    {
        Mutant[] all = [.. Mutant.All, .. Mutant.OfGroups, .. Mutant.OfFollowers];
        Assert.That(all, Has.Length.GreaterThan(100));
        Assert.That(
            all.Select(mutant => (mutant.Name, Times: MutatedCore.CountOf(mutant))).Where(found => found.Times != 1), Is.Empty);
        Assert.That(all.Where(mutant => mutant.Old == mutant.New), Is.Empty);
    }

    /// <summary>Every twenty-fourth, so that a run of the tests does not take minutes.</summary>
    private static IEnumerable<Mutant> Some => Mutant.All.Where((_, i) => i % 24 == 0);

    [Category("Long")]
    [TestCaseSource(nameof(Some))]
    public void Check_OfAMutant_Fails(Mutant mutant) => Hunt(mutant);

    [Explicit("all of them: minutes")]
    [TestCaseSource(typeof(Mutant), nameof(Mutant.All))]
    public void Check_OfAnyMutant_Fails(Mutant mutant) => Hunt(mutant);

    /// <summary>Those that are found within seconds.</summary>
    private static IEnumerable<Mutant> SomeOfGroups => Mutant.OfGroups.Take(1);

    [Category("Long")]
    [TestCaseSource(nameof(SomeOfGroups))]
    public void Check_OfAGroupOfAMutant_Fails(Mutant mutant) => Hunt(mutant, nameof(MutantHunt.FindInGroups));

    [Explicit("all of them: minutes")]
    [TestCaseSource(typeof(Mutant), nameof(Mutant.OfGroups))]
    public void Check_OfAGroupOfAnyMutant_Fails(Mutant mutant) => Hunt(mutant, nameof(MutantHunt.FindInGroups));

    /// <summary>Those that are found within seconds.</summary>
    private static IEnumerable<Mutant> SomeOfFollowers => Mutant.OfFollowers.Take(1);

    [Category("Long")]
    [TestCaseSource(nameof(SomeOfFollowers))]
    public void Check_OfAFollowerOfAMutant_Fails(Mutant mutant) => Hunt(mutant, nameof(MutantHunt.FindInStreams));

    [Explicit("all of them: a minute or two")]
    [TestCaseSource(typeof(Mutant), nameof(Mutant.OfFollowers))]
    public void Check_OfAFollowerOfAnyMutant_Fails(Mutant mutant) => Hunt(mutant, nameof(MutantHunt.FindInStreams));

    private static void Hunt(Mutant mutant, string hunt = nameof(MutantHunt.Find))
    {
        long start = Stopwatch.GetTimestamp();
        byte[] core = Core.Value.Compile(mutant);
        TimeSpan compiled = Stopwatch.GetElapsedTime(start);
        MutantContext context = new(core);
        string? found = context.Find(hunt);
        context.Unload();
        TestContext.Out.WriteLine($"{mutant.Name}: compiled in {compiled.TotalSeconds:0.0} s, hunted for {(Stopwatch.GetElapsedTime(start) - compiled).TotalSeconds:0.0} s: {found?[..Math.Min(found.Length, 160)]}");
        Assert.That(found, Is.Not.Null);
    }
}
