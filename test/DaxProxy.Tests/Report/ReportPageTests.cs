using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using DaxProxy.Report;
using DaxProxy.Report.Page;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

internal sealed class ReportPageTests
{
    private static readonly string[] Referring = ["src", "href", "xlink:href", "action", "srcset", "style"];

    private static IEnumerable<TestCaseData> Reports()
    {
        yield return Case("helpful", ReportRig.Plan(), ReportRig.Measure());
        yield return Case("scans, open loop", ReportRig.Plan("ycsb-e", rate: 100), ReportRig.Measure(scans: true));
        yield return Case("few requests", ReportRig.Plan(), ReportRig.Measure(requests: 40));
        yield return Case("everything wrong", ReportRig.Plan(), ReportRig.Measure(errors: 5, wrong: 2, stale: 3));
        yield return Case("no difference", ReportRig.Plan(), ReportRig.Measure(directMicroseconds: 1, proxiedMicroseconds: 1));
        yield return Case("very slow", ReportRig.Plan(), ReportRig.Measure(directMicroseconds: 5e7, proxiedMicroseconds: 1));
        yield return Case(
            "what users may call things", ReportRig.Plan("<b>&\"'\u0001\uD800", "daxproxy report --out '<script>&\u0000'"),
            ReportRig.Measure());

        static TestCaseData Case(string name, ReportPlan plan, Measurement measurement) =>
            new TestCaseData(plan, measurement).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Reports))]
    public void Write_AnyReport_IsOneFileThatLoadsNothing(ReportPlan plan, Measurement measurement)
    {
        string text = ReportPage.Write(ReportResult.Of(plan, measurement));
        XDocument page = Parse(text);
        Assert.That(
            page.Descendants().Select(element => element.Name.LocalName),
            Has.None.AnyOf("script", "link", "img", "iframe", "object", "form", "a", "image", "use"));
        Assert.That(
            page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName),
            Has.None.AnyOf(Referring).And.None.StartWith("on"));
        Assert.That(page.Descendants("style").Single().Value, Does.Not.Contain("url(").And.Not.Contains("@import"));
        Assert.That(page.Descendants("svg").Count(), Is.EqualTo(4));
        Assert.That(text, Does.Not.Contain("NaN").And.Not.Contains("∞"));
    }

    [TestCaseSource(nameof(Reports))]
    public void Write_AnyReport_KeepsItsPicturesInside(ReportPlan plan, Measurement measurement)
    {
        foreach (XElement picture in Parse(ReportPage.Write(ReportResult.Of(plan, measurement))).Descendants("svg"))
        {
            double[] box = [.. ((string)picture.Attribute("viewBox")!).Split(' ').Select(double.Parse)];
            List<double[]> points =
                [.. ((string)picture.Element("polyline")!.Attribute("points")!).Split(' ')
                    .Select(point => point.Split(',').Select(double.Parse).ToArray())];
            Assert.That(points, Is.Not.Empty);
            Assert.That(points.Select(point => point[0]), Has.All.InRange(0, box[2]));
            Assert.That(points.Select(point => point[1]), Has.All.InRange(0, box[3]));
            Assert.That(picture.Elements("text").Where(label => (string?)label.Attribute("class") == "tick").Count(), Is.InRange(5, 30));
        }
    }

    [TestCaseSource(nameof(Reports))]
    public void Write_AnyReport_KeepsLabelsOffTheLines(ReportPlan plan, Measurement measurement)
    {
        foreach (XElement picture in Parse(ReportPage.Write(ReportResult.Of(plan, measurement))).Descendants("svg"))
        {
            double[] labels =
                [.. picture.Elements("text").Where(text => ((string)text.Attribute("class")!).StartsWith("label", StringComparison.Ordinal))
                    .Select(Height)];
            double[] grid =
                [.. picture.Elements("line").Where(line => (string?)line.Attribute("class") == "grid")
                    .Select(line => (double)line.Attribute("y1")!)];
            Assert.That(labels, Has.All.LessThan(grid.Min()), "above the uppermost line of the grid there is none of the curves");
        }

        static double Height(XElement text) => (double)text.Attribute("y")!;
    }

    [TestCase(40, 1, TestName = "Write_FewReads_DrawsNoChance")]
    [TestCase(20_000, 20, TestName = "Write_ManyReads_DrawsEachPart")]
    public void PointsOfHitRatio(int requests, int pointsOfRound)
    {
        XDocument page = Parse(ReportPage.Write(ReportResult.Of(ReportRig.Plan(), ReportRig.Measure(requests: requests))));
        string points = (string)page.Descendants("svg").ElementAt(1).Element("polyline")!.Attribute("points")!;
        Assert.That(points.Split(' '), Has.Length.EqualTo(pointsOfRound * (1 + ReportPlan.WarmRounds)));
    }

    [Test]
    public void Write_SpoiltMeasurement_SaysSoBesideTheVerdict()
    {
        XDocument page = Parse(ReportPage.Write(ReportResult.Of(ReportRig.Plan(), ReportRig.Measure(directHits: 0.5))));
        XElement verdict = page.Descendants("h1").Single().Parent!;
        Assert.That(verdict.Element("ul")!.Elements("li").Select(line => line.Value), Has.One.StartsWith("--direct is itself a cache"));
    }

    [Test]
    public void Write_AllIsWell_SaysWhatCounts()
    {
        string text = ReportPage.Write(ReportResult.Of(ReportRig.Plan(command: "daxproxy report --seed 7"), ReportRig.Measure()));
        Assert.That(text, Does.StartWith("<!DOCTYPE html>"));
        foreach (string expected in (string[])["<h1>Use it: ", "daxproxy report --seed 7", "p99.9", "No request failed.",
            "prefers-color-scheme: dark"])
        {
            Assert.That(text, Does.Contain(expected));
        }
    }

    [TestCaseSource(nameof(Reports))]
    public void Json_AnyReport_HoldsFiguresAndHistograms(ReportPlan plan, Measurement measurement)
    {
        using JsonDocument report = JsonDocument.Parse(ReportJson.Write(ReportResult.Of(plan, measurement)));
        JsonElement root = report.RootElement;
        Assert.That(
            root.GetProperty("figures").GetProperty("all").GetProperty("percentiles").GetProperty("p50").GetProperty("ratio")
                .GetProperty("value").GetDouble(),
            Is.Positive);
        JsonElement round = root.GetProperty("measurement").GetProperty("rounds")[2];
        Assert.That(round.GetProperty("phase").GetString(), Is.EqualTo("Warm"));
        foreach (JsonElement histogram in round.GetProperty("latency").EnumerateArray())
        {
            Assert.That(
                histogram.GetProperty("nanoseconds").EnumerateArray().Sum(bucket => bucket[1].GetInt64()),
                Is.EqualTo(histogram.GetProperty("count").GetInt64()));
        }
    }

    private static XDocument Parse(string text)
    {
        using XmlReader reader = XmlReader.Create(
            new MemoryStream(Encoding.UTF8.GetBytes(text)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
