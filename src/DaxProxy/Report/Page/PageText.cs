using System.Globalization;
using System.Xml.Linq;
using DaxProxy.Load;
using DaxProxy.Telemetry;

namespace DaxProxy.Report.Page;

/// <summary>What a report says in words: the cold start, costs, what went wrong, how it was measured, the command.</summary>
internal static class PageText
{
    /// <summary>The sections.</summary>
    public static IEnumerable<XElement> Write(ReportResult result) =>
        [
            .. Cold(result),
            .. Money(result.Figures.Costs),
            .. Trouble(result),
            .. Method(result),
            new XElement("h2", "The command"),
            new XElement("pre", PageFrame.Clean(result.Plan.Command)),
            Footer(result),
        ];

    private static IEnumerable<XElement> Cold(ReportResult result)
    {
        LatencySnapshot direct = Pool(result.Measurement.Of(Phase.Cold, isProxied: false));
        LatencySnapshot proxied = Pool(result.Measurement.Of(Phase.Cold, isProxied: true));
        yield return new XElement("h2", "From an empty cache");
        yield return new XElement(
            "p",
            $"In the first {Quantity.Seconds(result.Plan.ColdTime)} through the proxy, "
            + $"{Quantity.Share(result.Figures.ColdHitRatio)} of the reads were answered from its cache, which began empty. A request took "
            + $"{Time(proxied.Mean)} on average (direct {Time(direct.Mean)}), "
            + $"half of them no more than {Time(proxied.Percentile(0.5))} ({Time(direct.Percentile(0.5))}), "
            + $"99 in a hundred no more than {Time(proxied.Percentile(0.99))} ({Time(direct.Percentile(0.99))}).");
    }

    private static IEnumerable<XElement> Money(Costs costs)
    {
        yield return new XElement("h2", "What DynamoDB charges");
        yield return new XElement(
            "div",
            new XAttribute("class", "tablebox"),
            new XElement(
                "table",
                new XElement("caption", $"A million requests, and a month at {Quantity.Whole(costs.RequestsPerSecond)} requests/s"),
                new XElement(
                    "thead",
                    new XElement(
                        "tr",
                        new XElement("th", ""),
                        Head("direct", "direct"),
                        Head("proxied", "proxied"),
                        new XElement("th", "saved"))),
                new XElement(
                    "tbody",
                    Row("read units", 1e6 * costs.ReadUnits, 1e6 * costs.SavedReadUnits, Quantity.Whole),
                    Row("write units", 1e6 * costs.WriteUnits, 0, Quantity.Whole),
                    Row("US dollars", costs.DirectPerMillion, costs.SavedPerMillion, Quantity.Dollars),
                    Row("US dollars a month", costs.DirectPerMonth, costs.SavedPerMonth, Quantity.Dollars))));
        yield return new XElement(
            "p",
            new XAttribute("class", "note"),
            "Computed, not billed: half a unit for each 4 KB begun of an eventually consistent read, none for a hit, "
            + $"a unit for each 1 KB begun of a write. {Quantity.Dollars(costs.Prices.ReadUnits)} for a million read units, "
            + $"{Quantity.Dollars(costs.Prices.WriteUnits)} for a million write units"
            + $"{(costs.Prices.Region is { } listed ? $" (list price on demand in {listed})" : "")}. "
            + "What the proxy itself runs on is not counted; "
            + "neither are reads that it makes consistent, at twice the price, soon after a write.");

        static XElement Row(string name, double direct, double saved, Func<double, string> write) => new(
            "tr",
            new XElement("th", new XAttribute("scope", "row"), name),
            new XElement("td", write(direct)),
            new XElement("td", write(direct - saved)),
            new XElement("td", write(saved)));
    }

    private static IEnumerable<XElement> Trouble(ReportResult result)
    {
        (AuditResult proxied, AuditResult direct) = (result.Measurement.Proxied, result.Measurement.Direct);
        Workload workload = result.Plan.Workload;
        yield return new XElement("h2", "Stale reads and errors");
        yield return new XElement(
            "p",
            "Every item carries a number that grows with each write. "
            + $"{Quantity.Whole(proxied.Looks)} times one was read consistently, straight at DynamoDB, and then plainly through the proxy; "
            + $"{Quantity.Whole(proxied.Stale)} times the proxy showed an older number"
            + (proxied.Stale > 0
                ? $", the longest for {Quantity.Milliseconds(proxied.LongestMilliseconds)}{(proxied.Unended > 0 ? " and more" : "")}. "
                : ". ")
            + "A write counts once it has been answered. "
            + (workload.Reads + workload.Scans >= 1 ? "This load writes nothing, so that is no surprise. " : "")
            + "Of DynamoDB's own eventually consistent reads, "
            + $"{Quantity.Whole(direct.Stale)} of {Quantity.Whole(direct.Looks)} were stale.");
        if (result.Measurement.OwnAudit is { } own)
        {
            yield return new XElement("p", own.ToString());
        }

        string failedDirect = ErrorsOf(result.Measurement, isProxied: false), failedProxied = ErrorsOf(result.Measurement, isProxied: true);
        yield return new XElement("p", failedDirect.Length + failedProxied.Length == 0
            ? "No request failed."
            : "Requests that failed, and count for nothing else: "
                + $"direct, {OrNone(failedDirect)}; through the proxy, {OrNone(failedProxied)}.");
    }

    private static IEnumerable<XElement> Method(ReportResult result)
    {
        ReportPlan plan = result.Plan;
        Workload workload = plan.Workload;
        yield return new XElement("h2", "How it was measured");
        string loop = plan.Trace is { } trace
            ? $"a trace of {Quantity.Whole(trace.Count)} requests in {Quantity.Seconds(trace.Duration * trace.Speed)}, "
                + string.Create(CultureInfo.InvariantCulture, $"replayed {trace.Speed:0.##} times as quickly as it was recorded: ")
                + "each request falls due at its own moment, whatever becomes of the others, "
                + "and one that finds no free connection counts its waiting"
            : plan.Rate > 0
            ? $"open loop: {Quantity.Whole(plan.Rate)} requests fall due a second, whatever becomes of them, "
                + "and one that finds no free connection counts its waiting"
            : "closed loop: each connection sends its next request when it has its answer";
        yield return new XElement(
            "ul",
            Item(
                $"From this machine ({Environment.ProcessorCount} cores), "
                + $"signed HTTP/1.1 on {plan.Connections} connections that stay open from request to request; {loop}."),
            Item(
                $"Workload {PageFrame.Clean(workload.Name)}: {Mix(workload)}; "
                + $"{(plan.Trace is null ? Distribution(workload) : "items as often as in the trace")}. "
                + $"Two tables with the same {Quantity.Whole(workload.Items)} items of {Quantity.Whole(workload.ItemBytes)} bytes, "
                + $"one for each way, made for the run and removed; seed {plan.Seed}."),
            Item(
                $"Cold: {Quantity.Seconds(plan.ColdTime)} direct, then as long through the proxy, from an empty cache. "
                + $"Then {result.Measurement.Of(Phase.WarmUp, isProxied: true).Count} times more of it in a closed loop, "
                + $"until the share of hits rose by less than {Quantity.Share(ReportPlan.Rise)} from one time to the next, "
                + $"{ReportPlan.MostWarmUps} times at most."),
            Item(
                $"Warm: {ReportPlan.WarmRounds} rounds of {Quantity.Seconds(plan.WarmTime)} by each way, taking turns; "
                + "who begins alternates. The two rounds of a pair draw the same requests. "
                + "Figures are means of rounds, intervals Student's t over rounds, those of ratios over the logarithms of pairs. "
                + "A percentile is left out where a round has too few requests for it."),
            Item(
                $"By connections: a round of {Quantity.Seconds(plan.SweepTime)} by each way "
                + $"for {string.Join(", ", ReportPlan.SweepConnections)} connections, in a closed loop."),
            Item(
                "Stale reads: looked for beside the warm rounds, as often by either way, "
                + "and at the end more closely, with the load going on through the proxy."),
            Item(
                "Verdict: use it where the mean time of all requests is, with confidence, at most 75 % of the direct one; "
                + "hardly worth it up to 90 %, or where p99 is more than 1.5 times the direct one; otherwise not. "
                + "Stale reads, wrong answers, and more than 0.1 % of failures override that."),
            Item("All figures and the histograms of every round are in the file of the same name that ends in .json."));
    }

    private static string Mix(Workload workload)
    {
        (string Name, double Share)[] kinds =
        [
            ("reads", workload.Reads), ("updates", workload.Updates), ("inserts", workload.Inserts),
            ($"scans of {workload.ScanItems} items", workload.Scans), ("reads followed by an update", workload.ReadModifyWrites),
        ];
        return string.Join(", ", kinds.Where(kind => kind.Share > 0).Select(kind => $"{Quantity.Share(kind.Share)} {kind.Name}"));
    }

    private static string Distribution(Workload workload) => workload.Distribution switch
    {
        KeyDistribution.Zipf => string.Create(CultureInfo.InvariantCulture, $"items by Zipf's law with exponent {workload.Exponent}"),
        KeyDistribution.Latest =>
            string.Create(CultureInfo.InvariantCulture, $"the newest items most often, by Zipf's law with exponent {workload.Exponent}"),
        KeyDistribution.HotSet =>
            $"{Quantity.Share(workload.HotItems)} of the items get {Quantity.Share(workload.HotRequests)} of the requests",
        _ => "each item as often as any other",
    };

    private static string ErrorsOf(Measurement measurement, bool isProxied) => string.Join(", ", measurement.Rounds
        .Where(round => round.IsProxied == isProxied).SelectMany(round => round.Errors).GroupBy(error => error.Key)
        .Select(error => $"{Quantity.Whole(error.Sum(one => one.Value))} {error.Key}"));

    private static LatencySnapshot Pool(IReadOnlyList<Round> rounds) => LatencySnapshot.Sum(rounds.SelectMany(round => round.Latency));

    private static string Time(TimeSpan time) => Quantity.Microseconds(time.TotalMicroseconds);

    private static string OrNone(string errors) => errors.Length > 0 ? errors : "none";

    private static XElement Item(string text) => new("li", text);

    private static XElement Head(string kind, string text) =>
        new("th", new XAttribute("class", kind), new XAttribute("scope", "col"), text);

    private static XElement Footer(ReportResult result) => new("footer", new XAttribute("class", "note"), $"DaxProxy {result.Version}");
}
