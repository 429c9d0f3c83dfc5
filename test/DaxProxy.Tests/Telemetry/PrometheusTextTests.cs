using System.Diagnostics.Metrics;
using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Test]
    public void Write_EachKindOfInstrument_FollowsTheFormat()
    {
        using Meter meter = new("test");
        Counter<long> counter = meter.CreateCounter<long>("daxproxy.things", null, "What \\ is\ncounted.");
        Histogram<double> histogram = meter.CreateHistogram<double>("daxproxy.wait", "seconds", "Waits.", [new("kind", "a\"b\\c\nd")]);
        meter.CreateObservableGauge("daxproxy.level", () => 7L);
        using MetricCollector collector = new(meter);
        counter.Add(2, new KeyValuePair<string, object?>("kind", "x"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "x"));
        histogram.Record(0.0001);
        histogram.Record(99);
        string text = PrometheusText.Write(collector.Collect());
        Assert.That(text, Does.Contain("# HELP daxproxy_things_total What \\\\ is\\ncounted.\n# TYPE daxproxy_things_total counter\n"));
        Assert.That(text, Does.Contain("daxproxy_things_total{kind=\"x\"} 5\n"));
        Assert.That(text, Does.Contain("# TYPE daxproxy_level gauge\ndaxproxy_level 7\n"));
        Assert.That(text, Does.Contain("daxproxy_wait_seconds_bucket{kind=\"a\\\"b\\\\c\\nd\",le=\"0.0001\"} 1\n"));
        Assert.That(text, Does.Contain("le=\"+Inf\"} 2\n"));
        Assert.That(text, Does.Contain("daxproxy_wait_seconds_count{kind=\"a\\\"b\\\\c\\nd\"} 2\n"));
    }
}
