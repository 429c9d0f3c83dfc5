using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

public sealed class LatencyHistogramTests
{
    [Test]
    public void MiddleOf_AnyValue_IsWithinTwoPercent()
    {
        for (double exact = 1; exact < LatencyHistogram.MaxNanoseconds; exact = (exact * 1.013) + 1)
        {
            long value = (long)exact;
            long middle = LatencyHistogram.MiddleOf(LatencyHistogram.IndexOf(value));
            Assert.That(Math.Abs(middle - value) / (double)value, Is.LessThanOrEqualTo(0.016), $"{value} -> {middle}");
        }
    }

    [Test]
    public void IndexOf_GrowingValues_NeverGoesBackAndNeverSkips()
    {
        int last = 0;
        for (long value = 0; value < 1 << 16; value++)
        {
            int index = LatencyHistogram.IndexOf(value);
            Assert.That(index - last, Is.InRange(0, 1));
            last = index;
        }
    }

    [Test]
    public void Percentile_OneToThousandMicroseconds_IsClose()
    {
        LatencyHistogram histogram = new();
        for (int i = 1; i <= 1000; i++)
        {
            histogram.Record(i * 1000L);
        }

        LatencySnapshot snapshot = histogram.Snapshot();
        Assert.That(snapshot.Count, Is.EqualTo(1000));
        Assert.That(snapshot.Percentile(0.5).TotalMicroseconds, Is.EqualTo(500).Within(2).Percent);
        Assert.That(snapshot.Percentile(0.999).TotalMicroseconds, Is.EqualTo(999).Within(2).Percent);
    }

    [Test]
    public void Record_ValuesOutOfRange_CountAsTheNearest()
    {
        LatencyHistogram histogram = new();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);
        Assert.That(histogram.Snapshot().Count, Is.EqualTo(2));
        Assert.That(new LatencyHistogram().Snapshot().Percentile(0.99), Is.EqualTo(TimeSpan.Zero));
    }
}
