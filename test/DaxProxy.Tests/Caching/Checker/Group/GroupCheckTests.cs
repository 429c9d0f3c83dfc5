using System.Text;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>Groups of processes against the model, under a seeded scheduler.</summary>
[TestFixture]
public sealed class GroupCheckTests
{
    private const int MostTold = 300;

    [Test]
    public void Reads_ThroughAnyMember_AreNeverOlderThanWritesThatAnyAcknowledged(
        [Values("Calm", "Harsh", "Lagging")] string profile, [Values(1UL, 2UL, 3UL, 4UL)] ulong seed) => Check(profile, seed);

    [Test]
    [Explicit("Who waited for a shared item goes on on the pool, beside the check, which may then take one call for another.")]
    public void Reads_ThroughMembersThatShareItems_AreNeverOlderThanWritesThatAnyAcknowledged(
        [Values("Sharing", "SharingLagging")] string profile, [Values(1UL, 2UL, 3UL, 4UL)] ulong seed) => Check(profile, seed);

    private static void Check(string profile, ulong seed)
    {
        CheckFigures figures = new();
        string? story = Run(seed, Enum.Parse<GroupProfile>(profile), 30_000, figures);
        TestContext.Out.WriteLine(figures);
        Assert.That(story, Is.Null);
        Assert.That((figures.ItemHits > 20, figures.PageHits > 0), Is.EqualTo((true, true)), $"the caches were of use: {figures}");
        Assert.That(figures.SharedHits > 0, Is.EqualTo(profile == "Sharing").Or.EqualTo(profile == "SharingLagging"), $"what was shared was of use: {figures}");
    }

    /// <summary>
    /// Runs a world on a thread of its own, where what waits goes on at once and in order; the story of what went wrong, null for nothing.
    /// </summary>
    internal static string? Run(ulong seed, GroupProfile profile, int steps, CheckFigures figures)
    {
        string? story = null;
        Exception? broken = null;
        Thread thread = new(() =>
        {
            try
            {
                story = RunHere(seed, profile, steps, figures);
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

    private static string? RunHere(ulong seed, GroupProfile profile, int steps, CheckFigures figures)
    {
        Queue<string> last = new();
        GroupWorld world = new(seed, profile, figures, line =>
        {
            last.Enqueue(line);
            if (last.Count > MostTold)
            {
                last.Dequeue();
            }
        });
        for (int step = 0; step < steps; step++)
        {
            try
            {
                world.Step(step);
            }
            catch (Violation violation)
            {
                return new StringBuilder($"seed {seed}, {profile}, step {step}\n").AppendJoin('\n', last).Append($"\n=> {violation.Message}").ToString();
            }
        }

        world.End();
        return null;
    }
}
