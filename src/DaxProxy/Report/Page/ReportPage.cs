using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DaxProxy.Report.Page;

/// <summary>Makes the page of a report: one file without scripts that loads nothing from elsewhere. It is XML too. Pure.</summary>
internal static class ReportPage
{
    /// <summary>The page.</summary>
    public static string Write(ReportResult result)
    {
        XElement page = new(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", $"DaxProxy report: {Clean(result.Plan.Workload.Name)}"),
                new XElement("style", PageStyle.Text)),
            new XElement(
                "body",
                new XElement(
                    "main",
                    Head(result),
                    Tiles(result),
                    KeyTable.Write(result.Figures),
                    Pictures(result.Measurement),
                    PageText.Write(result))));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>A text as XML can hold it: what a user named may have any character.</summary>
    public static string Clean(string text) =>
        text.Aggregate(new StringBuilder(), (clean, sign) => clean.Append(XmlConvert.IsXmlChar(sign) ? sign : '\uFFFD')).ToString();

    private static IEnumerable<XElement> Head(ReportResult result)
    {
        yield return new XElement("p", new XAttribute("class", "what"), string.Create(
            CultureInfo.InvariantCulture,
            $"DaxProxy report · {result.Measurement.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC · "
                + $"workload {Clean(result.Plan.Workload.Name)} · "
                + $"{result.Plan.Workload.Items:#,0} items of {result.Plan.Workload.ItemBytes:#,0} bytes"));
        yield return new XElement(
            "div",
            new XAttribute("class", "verdict " + result.Verdict.Advice.ToString().ToLowerInvariant()),
            new XElement("h1", result.Verdict.Headline),
            new XElement("p", result.Verdict.Reason),
            result.Caveats.Count == 0 ? null : new XElement(
                "ul", new XAttribute("class", "caveats"), result.Caveats.Select(caveat => new XElement("li", Clean(caveat)))));
    }

    private static XElement Tiles(ReportResult result)
    {
        Figures figures = result.Figures;
        Comparison mean = figures.All.Mean;
        Costs costs = figures.Costs;
        return new XElement(
            "dl",
            new XAttribute("class", "tiles"),
            Tile(
                "Mean time of a request",
                Quantity.Microseconds(mean.Proxied.Value),
                $"instead of {Quantity.Microseconds(mean.Direct.Value)}"),
            Tile(
                "Reads from the cache",
                figures.WriteShare < 1 ? Quantity.Share(figures.HitRatio) : "none",
                figures.WriteShare < 1
                    ? $"{Quantity.Share(figures.ColdHitRatio)} in the first {Quantity.Seconds(result.Plan.ColdTime)}"
                    : "no request reads"),
            Tile(
                "Saved a month",
                Quantity.Dollars(costs.SavedPerMonth),
                $"of {Quantity.Dollars(costs.DirectPerMonth)}, at {Quantity.Whole(costs.RequestsPerSecond)} requests/s"),
            Tile("Stale reads", Quantity.Whole(figures.Audit.Stale), $"of {Quantity.Whole(figures.Audit.Looks)} that were checked"));
    }

    private static XElement Tile(string name, string figure, string note) => new(
        "div",
        new XAttribute("class", "tile"),
        new XElement("dt", name),
        new XElement("dd", new XAttribute("class", "big"), figure),
        new XElement("dd", new XAttribute("class", "note"), note));

    private static XElement Pictures(Measurement measurement) => new(
        "section",
        new XAttribute("class", "plots"),
        Figure("How long requests take", Plots.Distribution(measurement)),
        Figure("Reads answered from the cache", Plots.HitRatio(measurement)),
        Figure("Requests a second by connections", Plots.Throughput(measurement)),
        Figure("p99 by connections", Plots.Tail(measurement)));

    private static XElement? Figure(string caption, XElement? picture) =>
        picture is null ? null : new XElement("figure", new XElement("figcaption", caption), picture);
}
