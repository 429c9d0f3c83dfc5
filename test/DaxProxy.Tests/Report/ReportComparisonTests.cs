using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

internal sealed class ReportComparisonTests
{
    private string folder = "";

    [SetUp]
    public void Make() => folder = Directory.CreateTempSubdirectory("daxproxy-comparison-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Of_SlowerReport_ShowsBothAndTheirRatio()
    {
        string text = ReportComparison.Of(
            Write("a", ReportRig.Plan(), ReportRig.Measure()), Write("b", ReportRig.Plan(), ReportRig.Measure(proxiedMicroseconds: 400)));
        string[] lines = text.Split(Environment.NewLine);
        Assert.That(lines, Has.One.Match(@"^p50, proxied +\d+ µs +\d+ µs +\d{3} %$"));
        Assert.That(lines, Has.One.Match("^p50, direct .* may be chance$"));
        Assert.That(text, Does.Not.Contain("did not measure the same"));
    }

    [Test]
    public void Of_OtherLoad_SaysWhatDiffers() => Assert.That(
        ReportComparison.Of(
            Write("a", ReportRig.Plan(), ReportRig.Measure()), Write("b", ReportRig.Plan("ycsb-c", rate: 10), ReportRig.Measure())),
        Does.StartWith("The two did not measure the same: workload, rate differ."));

    [TestCase("nothing.json", null, "cannot be read; name a file of figures that report wrote")]
    [TestCase("text.json", "text", "cannot be read; name a file of figures that report wrote")]
    [TestCase("other.json", """{ "figures": 1 }""", "are not both the figures of a report")]
    public void Of_AnotherFile_NamesTheRemedy(string name, string? content, string expected)
    {
        string path = Path.Combine(folder, name), good = Write("a", ReportRig.Plan(), ReportRig.Measure());
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        Assert.That(
            () => ReportComparison.Of(good, path), Throws.TypeOf<ReportFault>().With.Message.Contains(expected).And.Message.Contains(path));
    }

    private string Write(string name, ReportPlan plan, Measurement measurement)
    {
        string path = Path.Combine(folder, name + ".json");
        File.WriteAllBytes(path, ReportJson.Write(ReportResult.Of(plan, measurement)));
        return path;
    }
}
