using System.Diagnostics.Metrics;
using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

[TestFixture]
public sealed class TableLabelsTests
{
    [Test]
    public void Measure_MoreTablesThanLabels_JoinsTheRestUnderOne()
    {
        TableLabels labels = new(2);
        Assert.That(Show(labels.Measure([("a", 1L), ("b", 2), ("c", 3), ("d", 4)])), Is.EqualTo(new[] { "a 1", "b 2", "(others) 7" }));
        Assert.That(
            Show(labels.Measure([("d", 4L), ("c", 3), ("b", 5)])), Is.EqualTo(new[] { "b 5", "(others) 7" }), "who has a label keeps it");
        Assert.That(Show(labels.Measure([("a", 1L), ("c", 3), ("d", 0)], long.Min)), Is.EqualTo(new[] { "a 1", "(others) 0" }));
        Assert.That(
            labels.Measure([("a", 1L)], null, new("reason", "x")).Single().Tags.ToArray(),
            Is.EqualTo(new KeyValuePair<string, object?>[] { new("table", "a"), new("reason", "x") }));
    }

    [Test]
    public void Collect_OfOthersWhoseTableIsDeleted_DoesNotFall()
    {
        TableLabels labels = new(1);
        (string, long)[] figures = [("a", 10), ("b", 5), ("c", 7)];
        using Meter meter = new("test");
        meter.CreateObservableCounter("hits", () => labels.Measure(figures));
        meter.CreateObservableGauge("entries", () => labels.Measure(figures));
        using MetricCollector collector = new(meter);
        Assert.That(
            PrometheusText.Write(collector.Collect()),
            Does.Contain("hits_total{table=\"(others)\"} 12\n").And.Contain("entries{table=\"(others)\"} 12\n"));
        figures = [("a", 3), ("b", 6)];
        string text = PrometheusText.Write(collector.Collect());
        Assert.That(text, Does.Contain("hits_total{table=\"(others)\"} 12\n").And.Contain("entries{table=\"(others)\"} 6\n"));
        Assert.That(text, Does.Contain("hits_total{table=\"a\"} 3\n"), "a table of its own that is made again begins again");
        figures = [("b", 14)];
        Assert.That(PrometheusText.Write(collector.Collect()), Does.Contain("hits_total{table=\"(others)\"} 14\n"));
    }

    private static IEnumerable<string> Show(IEnumerable<Measurement<long>> measurements) =>
        measurements.Select(one => $"{one.Tags[0].Value} {one.Value}");
}
