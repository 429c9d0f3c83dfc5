using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

/// <summary>What spoils a measurement, each by the figures that show it; and nothing where all is well.</summary>
internal sealed class CaveatsTests
{
    private static IEnumerable<TestCaseData> Spoilt()
    {
        yield return Case(
            "a cache behind --direct",
            ReportRig.Plan(),
            ReportRig.Measure(directHits: 0.5),
            "--direct is itself a cache: it answered 52.6 %");
        yield return Case(
            "rate not reached",
            ReportRig.Plan(rate: 3000),
            ReportRig.Measure(),
            "Of 3,000 requests a second, 2,000 were answered directly and 2,000");
        yield return Case(
            "busy client", ReportRig.Plan(), ReportRig.Measure(clientCores: Environment.ProcessorCount), "The load itself used");
        yield return Case(
            "late client",
            ReportRig.Plan(rate: 2000),
            ReportRig.Measure(lateMilliseconds: 8),
            "This machine was too small for the load it made");
        yield return Case(
            "wide interval", ReportRig.Plan(), ReportRig.Measure(spread: 1.5), "The rounds differ much: the ratio is somewhere from");
        yield return Case(
            "writes of a server nearby",
            ReportRig.Plan(),
            ReportRig.Measure(directMicroseconds: 100),
            "A write straight at --direct takes");
        yield return Case(
            "demonstration",
            ReportRig.Plan() with { DemoLatency = 5 },
            ReportRig.Measure(),
            "This is a demonstration: DynamoDB was the local engine");

        static TestCaseData Case(string name, ReportPlan plan, Measurement measurement, string expected) =>
            new TestCaseData(plan, measurement, expected).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Spoilt))]
    public void Of_SpoiltMeasurement_SaysBecauseOfWhat(ReportPlan plan, Measurement measurement, string expected)
    {
        IReadOnlyList<string> caveats = Of(plan, measurement);
        Assert.That(caveats, Has.Count.EqualTo(1));
        Assert.That(caveats[0], Does.StartWith(expected).And.EndsWith("."));
    }

    [TestCase(0)]
    [TestCase(2000)]
    public void Of_GoodMeasurement_SaysNothing(double rate) => Assert.That(Of(ReportRig.Plan(rate: rate), ReportRig.Measure()), Is.Empty);

    private static IReadOnlyList<string> Of(ReportPlan plan, Measurement measurement) => ReportResult.Of(plan, measurement).Caveats;
}
