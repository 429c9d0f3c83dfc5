using System.Xml.Linq;
using DaxProxy.Report;
using DaxProxy.Report.Page;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

/// <summary>
/// Rules of <c>--fail-if</c>. The measurement's median is about 200 µs through the proxy and 4 ms directly; 94.7 % are hits.
/// </summary>
internal sealed class FailRuleTests
{
    [TestCase("p50>150us", true)]
    [TestCase("p50>1ms", false)]
    [TestCase("p50 < 0.001s", true)]
    [TestCase("mean>=0us", true)]
    [TestCase("direct.p99>1ms", true)]
    [TestCase("direct.p99<1ms", false)]
    [TestCase("ratio.mean>75%", false)]
    [TestCase("ratio.p50<10%", true)]
    [TestCase("hits<95%", true)]
    [TestCase("hits<94%", false)]
    [TestCase("requests<=2000", true)]
    [TestCase("stale>0", false)]
    [TestCase("wrong>0", false)]
    [TestCase("errors>0%", false)]
    public void FindFault_OfARule_IsThereWhereItHolds(string text, bool fails)
    {
        string? fault = FailRule.Parse(text).FindFault(Figures.Of(ReportRig.Plan(), ReportRig.Measure()));
        Assert.That(fault, fails ? Does.StartWith("it is ") : Is.Null);
    }

    [Test]
    public void FindFault_TooFewRequestsToSay_Fails() => Assert.That(
        FailRule.Parse("p99.9>1s").FindFault(Figures.Of(ReportRig.Plan(), ReportRig.Measure(requests: 40))),
        Does.Contain("give more --seconds"));

    [TestCase("p98>1ms", "p98 is no figure; use one of mean, p50, p90, p99, p99.9, direct.mean,")]
    [TestCase("p99>5", "give a time like 800us, 5ms or 1.5s after >")]
    [TestCase("p99>=-5ms", "give a time like 800us, 5ms or 1.5s after >=")]
    [TestCase("hits<80", "give a percentage like 80% after <")]
    [TestCase("hits<NaN%", "give a percentage like 80% after <")]
    [TestCase("stale>none", "give a number after >")]
    [TestCase("p99=5ms", "is no rule; give one like")]
    [TestCase("", "is no rule; give one like")]
    public void Parse_NoRule_NamesTheRemedy(string text, string expected) => Assert.That(
        () => FailRule.Parse(text),
        Throws.TypeOf<ReportFault>().With.Message.StartsWith($"--fail-if '{text}': ").And.Message.Contains(expected));

    [Test]
    public void JUnit_SeveralRules_HasACaseForEach()
    {
        ReportPlan plan = ReportRig.Plan() with { FailRules = [FailRule.Parse("p50>1us"), FailRule.Parse("hits<50%")] };
        XElement suite = XDocument.Parse(JUnitFile.Write(ReportResult.Of(plan, ReportRig.Measure()))).Root!.Element("testsuite")!;
        Assert.That(((int)suite.Attribute("tests")!, (int)suite.Attribute("failures")!), Is.EqualTo((2, 1)));
        Assert.That(
            suite.Elements("testcase").Select(one => ((string)one.Attribute("name")!, one.Element("failure") is not null)),
            Is.EqualTo(new[] { ("p50>1us", true), ("hits<50%", false) }));
    }
}
