using System.Globalization;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>
/// The second law over real sockets, for every kind of read and both protocols at once: what clients saw is recorded with its instants and
/// judged afterwards. <c>DAXPROXY_CHECK_SECONDS</c> in the environment says how long it runs.
/// </summary>
/// <remarks>Alone, as it runs for a time that is given, and must get something done in it.</remarks>
[TestFixtureSource(typeof(Stacks), nameof(Stacks.Cached))]
public sealed class HistoryTests(Stack stack)
{
    private const int Seed = 20260401;

    /// <summary>How long a run takes.</summary>
    internal static TimeSpan Duration =>
        TimeSpan.FromSeconds(
            double.Parse(Environment.GetEnvironmentVariable("DAXPROXY_CHECK_SECONDS") ?? "2", CultureInfo.InvariantCulture));

    [Test]
    public async Task Reads_OfEveryKind_AreNeverOlderThanAcknowledgedWrites()
    {
        HistoryRun run = new(stack.Sdk, stack.EndPoint, Seed) { Dax = stack.DaxEndPoint };
        await run.RunAsync(Duration);
        Assert.That(run.Violations().FirstOrDefault(), Is.Null);
        TestContext.Out.WriteLine($"{run.Reads} reads, {run.Hits} of them hits, {run.Writes} writes, no violation");
        Assert.That(Math.Min(run.Hits, run.Writes), Is.GreaterThan(10), "the caches were of use");
    }
}
