using System.Globalization;
using System.Xml.Linq;
using DaxProxy.Report;
using DaxProxy.Report.Page;

namespace DaxProxy.Capacity.Page;

/// <summary>Makes the page of a simulation, which looks like that of a report. Pure.</summary>
internal static class CapacityPage
{
    private const string DirectLabel = "without caches";
    private const string CachedLabel = "with the caches";

    /// <summary>The page.</summary>
    public static string Write(CapacityResult result, string version) => PageFrame.Write(
        "DaxProxy capacity",
        new XElement("p", new XAttribute("class", "what"), "DaxProxy capacity · simulated, not measured"),
        new XElement(
            "div",
            new XAttribute("class", $"verdict {(result.Best is null ? "donotuse" : "use")}"),
            new XElement("h1", CapacityText.AdviceOf(result)),
            new XElement("p", PageFrame.Clean(CapacityText.WhatOf(result) + "."))),
        Tiles(result),
        Table(result),
        Pictures(result),
        new XElement("h2", "What is assumed"),
        new XElement("ul", CapacityText.AssumptionsOf(result.Plan).Select(text => new XElement("li", PageFrame.Clean(text)))),
        new XElement("h2", "The command"),
        new XElement("pre", PageFrame.Clean(result.Plan.Command)),
        new XElement("footer", new XAttribute("class", "note"), $"DaxProxy {version}"));

    private static XElement Tiles(CapacityResult result) => PageFrame.Tiles(
        result.Plan.Modes.Select(mode =>
        {
            WayFigures direct = Way(result, mode, isCached: false), cached = Way(result, mode, isCached: true);
            return PageFrame.Tile(
                $"A month {CapacityText.NameOf(mode)}",
                Quantity.Dollars(result.MonthlyCost(cached)),
                $"instead of {Quantity.Dollars(result.MonthlyCost(direct))}; {Quantity.Share(cached.ThrottledShare)} throttled instead of "
                    + Quantity.Share(direct.ThrottledShare));
        }).Append(PageFrame.Tile("Reads from the caches", Quantity.Share(result.HitRatio), "of those that a cache may answer")));

    private static IEnumerable<XElement> Table(CapacityResult result)
    {
        yield return new XElement("h2", "What the load consumes, throttles and costs");
        yield return new XElement(
            "div",
            new XAttribute("class", "tablebox"),
            new XElement(
                "table",
                new XElement("thead", new XElement("tr", CapacityText.Heads.Select(head => new XElement("th", head)))),
                new XElement("tbody", result.Ways.Select(way => new XElement(
                    "tr",
                    CapacityText.RowOf(result, way).Select((cell, at) => at == 0
                        ? new XElement("th", new XAttribute("scope", "row"), cell)
                        : new XElement("td", cell)))))));
        yield return new XElement(
            "p",
            new XAttribute("class", "note"),
            "Units and throttled requests are those of reads and writes that reach the table; what a cache answers does not. "
                + "A month is 730 hours of this load.");
    }

    private static XElement Pictures(CapacityResult result)
    {
        List<XElement?> pictures =
        [
            Picture(
                result,
                "Read units asked for, a second",
                false,
                (result.DirectReads, DirectLabel, "direct"),
                (result.CachedReads, CachedLabel, "proxied")),
            Picture(result, "Write units asked for, a second", false, (result.Writes, null, "proxied")),
        ];
        foreach (CapacityMode mode in result.Plan.Modes)
        {
            WayFigures direct = Way(result, mode, isCached: false), cached = Way(result, mode, isCached: true);
            pictures.Add(Picture(
                result,
                $"Throttled a second, {CapacityText.NameOf(mode)}",
                true,
                (direct.ThrottledOverTime, DirectLabel, "direct"),
                (cached.ThrottledOverTime, CachedLabel, "proxied")));
            if (mode == CapacityMode.AutoScale)
            {
                pictures.Add(Picture(
                    result,
                    "Read capacity, auto scaling",
                    false,
                    (direct.ReadCapacity, DirectLabel, "direct"),
                    (cached.ReadCapacity, CachedLabel, "proxied")));
                pictures.Add(Picture(
                    result,
                    "Write capacity, auto scaling",
                    false,
                    (direct.WriteCapacity, DirectLabel, "direct"),
                    (cached.WriteCapacity, CachedLabel, "proxied")));
            }
        }

        return PageFrame.Pictures(pictures);
    }

    /// <summary>Curves over the time of the load; null where there is nothing to see.</summary>
    private static XElement? Picture(
        CapacityResult result, string caption, bool isFlat, params (TimeSeries Series, string? Label, string Class)[] curves)
    {
        if (Array.TrueForAll(curves, curve => curve.Series.IsEmpty))
        {
            return isFlat ? PageFrame.Figure(caption, new XElement("p", new XAttribute("class", "note"), "None.")) : null;
        }

        const int minute = 60, manyMinutes = 10;
        bool inMinutes = result.Duration.TotalMinutes > manyMinutes;
        double unit = inMinutes ? minute : 1;
        double most = curves.Max(curve => curve.Series.Points.Max(point => point.PerSecond));
        return PageFrame.Figure(caption, Plot.Draw(
            caption,
            Axis.Exact(result.Duration.TotalSeconds / unit, value => value.ToString("#,0.##", CultureInfo.InvariantCulture)),
            inMinutes ? "minutes" : "seconds",
            Axis.Linear(most, value => value.ToString("#,0.###", CultureInfo.InvariantCulture)),
            [
                .. curves.Select(curve => new Curve(
                    curve.Class, curve.Label, [.. curve.Series.Points.Select(point => (point.Seconds / unit, point.PerSecond))])),
            ]));
    }

    private static WayFigures Way(CapacityResult result, CapacityMode mode, bool isCached) =>
        result.Ways.First(way => way.Mode == mode && way.IsCached == isCached);
}
