using System.Xml.Linq;

namespace DaxProxy.Report.Page;

/// <summary>The tables of times, one for each kind of request, and of what both targets do a second.</summary>
internal static class KeyTable
{
    /// <summary>The tables under their heading.</summary>
    public static IEnumerable<XElement> Write(Figures figures)
    {
        yield return new XElement("h2", "Times, the cache warm");
        yield return new XElement(
            "div",
            new XAttribute("class", "tables"),
            Table(
                figures.All,
                Row(
                    "requests/s",
                    figures.PerSecond,
                    Quantity.Whole,
                    (low, high) => $"{Quantity.Whole(low)}–{Quantity.Whole(high)}")),
            figures.Kinds.Count > 1 ? figures.Kinds.Select(kind => Table(kind, null)) : null,
            figures.Dax is null ? null : Table(figures.Dax, null, "over JSON", "over DAX"));
        yield return new XElement(
            "p",
            new XAttribute("class", "note"),
            "Below each figure stands its 95 % confidence interval. The ratio is that of rounds that were run one after the other; "
                + "where it is under 100 % of a time, the proxy is faster, or DAX in the table of that.");
    }

    private static XElement Table(KindFigures kind, XElement? last, string one = "direct", string other = "proxied") => new(
        "table",
        new XElement("caption", $"{char.ToUpperInvariant(kind.Name[0])}{kind.Name[1..]}"),
        new XElement(
            "thead",
            new XElement(
                "tr",
                new XElement("th", ""),
                Head("direct", one),
                Head("proxied", other),
                new XElement("th", "ratio"))),
        new XElement(
            "tbody",
            Row("mean", kind.Mean),
            kind.Percentiles.Select(percentile => Row(FormattableString.Invariant($"p{percentile.Key * 100:0.#}"), percentile.Value)),
            last));

    private static XElement Row(string name, Comparison figure) => Row(name, figure, Quantity.Microseconds, Quantity.Microseconds);

    private static XElement Row(
        string name, Comparison figure, Func<double, string> write, Func<double, double, string> writeInterval) => new(
        "tr",
        new XElement("th", new XAttribute("scope", "row"), name),
        Cell(figure.Direct, write, writeInterval),
        Cell(figure.Proxied, write, writeInterval),
        Cell(figure.Ratio, Quantity.Ratio, (low, high) => $"{Quantity.Ratio(low).TrimEnd(' ', '%')}–{Quantity.Ratio(high)}"));

    private static XElement Cell(Estimate figure, Func<double, string> write, Func<double, double, string> writeInterval) => new(
        "td",
        new XElement("b", write(figure.Value)),
        new XElement("span", new XAttribute("class", "interval"), writeInterval(figure.Low, figure.High)));

    private static XElement Head(string kind, string text) =>
        new("th", new XAttribute("class", kind), new XAttribute("scope", "col"), text);
}
