using DaxProxy.Core.Operations;
using DaxProxy.Simulation;
using NUnit.Framework;

namespace DaxProxy.Tests.Simulation;

public sealed class FaultDrawTests
{
    private const int Requests = 100_000;

    private static readonly SimulatedFaults Mixed = new()
    {
        Lost = 0.05,
        Failed = 0.1,
        Throttled = 0.2,
        ThrottledOnDemand = 0.02,
        ThrottledByAccount = 0.03,
        Unprocessed = 0.3,
        Latency = TimeSpan.FromMilliseconds(10),
        SlowLatency = TimeSpan.FromMilliseconds(200),
    };

    /// <summary>Frozen: what a test of an application met once it meets after an update too.</summary>
    [Test]
    public void Fates_OfTheFirstRequests_AreThese() => Assert.That(
        string.Concat(Enumerable.Range(0, 50).Select(count => (int?)new FaultDraw(1, "orders", "PutItem", count).FateOf(Mixed) ?? 9)),
        Is.EqualTo("09930993203499099290930390019019990029949999333999"));

    [Test]
    public void Fates_OfManyRequests_HaveTheirShares()
    {
        ILookup<FaultKind?, int> fates = Enumerable.Range(0, Requests).ToLookup(count => new FaultDraw(7, "t", "GetItem", count).FateOf(Mixed));
        Assert.That(
            new[] { FaultKind.Lost, FaultKind.Error, FaultKind.Throttle, FaultKind.ThrottleOnDemand, FaultKind.ThrottleAccount }.Select(
                fault => (double)fates[fault].Count() / Requests),
            Is.EqualTo(new[] { 0.05, 0.1, 0.2, 0.02, 0.03 }).Within(0.005));
        Assert.That((double)fates[null].Count() / Requests, Is.EqualTo(0.6).Within(0.005));
    }

    [Test]
    public void Fates_OfOthers_AreOthers()
    {
        string Fates(int seed, string table, string verb) => string.Concat(
            Enumerable.Range(0, 100).Select(count => (int?)new FaultDraw(seed, table, verb, count).FateOf(Mixed) ?? 9));
        string[] all = [Fates(1, "a", "GetItem"), Fates(2, "a", "GetItem"), Fates(1, "b", "GetItem"), Fates(1, "a", "PutItem")];
        Assert.That(all, Is.Unique);
    }

    [Test]
    public void Fates_OfAShareOfOne_AreAllTheSame()
    {
        SimulatedFaults all = new() { ThrottledByAccount = 1 };
        Assert.That(
            Enumerable.Range(0, Requests).Select(count => new FaultDraw(1, "t", "Scan", count).FateOf(all)),
            Is.All.EqualTo(FaultKind.ThrottleAccount));
        Assert.That(new FaultDraw(1, "t", "Scan", 0).FateOf(new SimulatedFaults()), Is.Null);
    }

    [Test]
    public void Latencies_OfManyRequests_HaveTheirPercentiles()
    {
        double[] latencies =
        [
            .. Enumerable.Range(0, Requests).Select(count => new FaultDraw(3, "t", "Query", count).LatencyOf(Mixed).TotalMilliseconds).Order(),
        ];
        Assert.That(latencies[Requests / 2], Is.EqualTo(10).Within(0.3));
        Assert.That(latencies[Requests * 99 / 100], Is.EqualTo(200).Within(10));
        Assert.That(latencies[^1], Is.LessThanOrEqualTo(120_000));
    }

    [Test]
    public void Latencies_WithoutATail_AreAllTheSame()
    {
        SimulatedFaults steady = new() { Latency = TimeSpan.FromMilliseconds(5), SlowLatency = TimeSpan.FromMilliseconds(5) };
        Assert.That(
            Enumerable.Range(0, 1000).Select(count => new FaultDraw(3, "t", "Query", count).LatencyOf(steady)),
            Is.All.EqualTo(TimeSpan.FromMilliseconds(5)));
        Assert.That(new FaultDraw(3, "t", "Query", 0).LatencyOf(new SimulatedFaults()), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Items_OfBatches_AreHandedBackEachForItself()
    {
        bool[][] batches =
        [
            .. Enumerable.Range(0, Requests / 25).Select(count => Enumerable.Range(0, 25).Select(
                position => new FaultDraw(5, "t", "BatchWriteItem", count).IsUnprocessed(Mixed, position)).ToArray()),
        ];
        Assert.That(batches.Average(batch => batch.Count(item => item)), Is.EqualTo(7.5).Within(0.1));
        Assert.That(batches.Count(batch => batch.All(item => item == batch[0])), Is.LessThan(5));
    }
}
