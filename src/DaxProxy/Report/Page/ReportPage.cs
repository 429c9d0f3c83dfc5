using System.Globalization;
using System.Xml.Linq;

namespace DaxProxy.Report.Page;

/// <summary>Makes the page of a report. Pure.</summary>
internal static class ReportPage
{
    /// <summary>The page.</summary>
    public static string Write(ReportResult result) => PageFrame.Write(
        $"DaxProxy report: {result.Plan.Workload.Name}",
        Head(result),
        Tiles(result),
        KeyTable.Write(result.Figures),
        Pictures(result.Measurement),
        PageText.Write(result));

    private static IEnumerable<XElement> Head(ReportResult result)
    {
        yield return new XElement("p", new XAttribute("class", "what"), string.Create(
            CultureInfo.InvariantCulture,
            $"DaxProxy report · {result.Measurement.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC · "
                + $"workload {PageFrame.Clean(result.Plan.Workload.Name)} · "
                + $"{result.Plan.Workload.Items:#,0} items of {result.Plan.Workload.ItemBytes:#,0} bytes"));
        yield return new XElement(
            "div",
            new XAttribute("class", "verdict " + result.Verdict.Advice.ToString().ToLowerInvariant()),
            new XElement("h1", result.Verdict.Headline),
            new XElement("p", result.Verdict.Reason),
            result.Caveats.Count == 0 ? null : new XElement(
                "ul", new XAttribute("class", "caveats"), result.Caveats.Select(caveat => new XElement("li", PageFrame.Clean(caveat)))));
    }

    private static XElement Tiles(ReportResult result)
    {
        Figures figures = result.Figures;
        Comparison mean = figures.All.Mean;
        Costs costs = figures.Costs;
        return PageFrame.Tiles(
            PageFrame.Tile(
                "Mean time of a request",
                Quantity.Microseconds(mean.Proxied.Value),
                $"instead of {Quantity.Microseconds(mean.Direct.Value)}"),
            PageFrame.Tile(
                "Reads from the cache",
                figures.WriteShare < 1 ? Quantity.Share(figures.HitRatio) : "none",
                figures.WriteShare < 1
                    ? $"{Quantity.Share(figures.ColdHitRatio)} in the first {Quantity.Seconds(result.Plan.ColdTime)}"
                    : "no request reads"),
            PageFrame.Tile(
                "Saved a month",
                Quantity.Dollars(costs.SavedPerMonth),
                $"of {Quantity.Dollars(costs.DirectPerMonth)}, at {Quantity.Whole(costs.RequestsPerSecond)} requests/s"),
            PageFrame.Tile(
                "Stale reads", Quantity.Whole(figures.Audit.Stale), $"of {Quantity.Whole(figures.Audit.Looks)} that were checked"));
    }

    private static XElement Pictures(Measurement measurement) => PageFrame.Pictures(
        PageFrame.Figure("How long requests take", Plots.Distribution(measurement)),
        PageFrame.Figure("Reads answered from the cache", Plots.HitRatio(measurement)),
        PageFrame.Figure("Requests a second by connections", Plots.Throughput(measurement)),
        PageFrame.Figure("p99 by connections", Plots.Tail(measurement)));
}
