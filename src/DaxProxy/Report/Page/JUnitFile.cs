using System.Globalization;
using System.Xml.Linq;

namespace DaxProxy.Report.Page;

/// <summary>Writes what became of the rules as JUnit's XML, which CI servers show: a test case for each rule. Pure.</summary>
internal static class JUnitFile
{
    private const string Suite = "daxproxy report";

    /// <summary>The file's content.</summary>
    public static string Write(ReportResult result)
    {
        (string Text, string? Fault)[] cases = [.. result.Plan.FailRules.Select(rule => (rule.Text, rule.FindFault(result.Figures)))];
        XElement suite = new(
            "testsuite",
            new XAttribute("name", Suite),
            new XAttribute("tests", cases.Length),
            new XAttribute("failures", cases.Count(one => one.Fault is not null)),
            new XAttribute("timestamp", result.Measurement.StartedAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)),
            cases.Select(one => new XElement(
                "testcase",
                new XAttribute("classname", Suite),
                new XAttribute("name", PageFrame.Clean(one.Text)),
                one.Fault is null ? null : new XElement("failure", new XAttribute("message", one.Fault)))));
        return new XDeclaration("1.0", "utf-8", null) + "\n" + new XElement("testsuites", suite) + "\n";
    }
}
