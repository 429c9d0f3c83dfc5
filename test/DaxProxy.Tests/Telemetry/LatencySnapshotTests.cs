using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

public sealed class LatencySnapshotTests
{
    [Test]
    public void Mean_SomeDurations_IsClose()
    {
        Assert.That(Of(1_000_000, 2_000_000, 6_000_000).Mean.TotalMilliseconds, Is.EqualTo(3).Within(2).Percent);
        Assert.That(Of().Mean, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Sum_OfSeveral_CountsAll()
    {
        LatencySnapshot sum = LatencySnapshot.Sum([Of(5, 7), Of(), Of(7)]);
        Assert.That(sum.Buckets, Is.EqualTo(new[] { (5L, 1L), (7L, 2L) }));
        Assert.That(sum.Count, Is.EqualTo(3));
    }

    private static LatencySnapshot Of(params long[] nanoseconds)
    {
        LatencyHistogram histogram = new();
        Array.ForEach(nanoseconds, histogram.Record);
        return histogram.Snapshot();
    }
}
