using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Throttle;

/// <summary>
/// The command <c>throttle</c>: a remote backend refuses half of what it is asked for a while. What becomes of hits, what is it asked
/// besides, and what comes after?
/// </summary>
internal static class ThrottleCommand
{
    private const double MostHitRatio = 1.2;
    private const double MostSentPerMiss = 1.1;
    private const double MostAfter = 1.5;

    public static Command Create()
    {
        Option<int> seconds = new("--seconds") { Description = "Seconds of each of the three phases", DefaultValueFactory = _ => 60 };
        Option<int> cycles = new("--cycles") { Description = "How often the phases come", DefaultValueFactory = _ => 1 };
        Option<double> share = new("--share") { Description = "Share of the requests that is refused", DefaultValueFactory = _ => 0.5 };
        Option<int> hits =
            new("--hits") { Description = "Requests a second for items that are cached throughout", DefaultValueFactory = _ => 1000 };
        Option<int> others =
            new("--others") { Description = "Requests a second for items that come and go", DefaultValueFactory = _ => 500 };
        Command command =
            new("throttle", "Let a remote backend refuse half of the requests for a while") { seconds, cycles, share, hits, others };
        command.SetAction(async (parsed, _) =>
        {
            ThrottlePlan plan = new()
            {
                Seconds = parsed.GetValue(seconds),
                Cycles = parsed.GetValue(cycles),
                Share = parsed.GetValue(share),
                HitsPerSecond = parsed.GetValue(hits),
                OthersPerSecond = parsed.GetValue(others),
            };
            Console.WriteLine(ToMarkdown(await ThrottleRun.RunAsync(plan).ConfigureAwait(false), plan));
            return 0;
        });
        return command;
    }

    /// <summary>The command that <see cref="ServerProcess"/> starts.</summary>
    public static Command CreateLink()
    {
        Option<string> backend = new("--backend") { Required = true };
        Option<double> delay = new("--delay-ms") { Description = "Milliseconds that every answer takes more" };
        Command command = new("link", "Stand between a proxy and its backend and refuse some of what passes") { backend, delay };
        command.Hidden = true;
        command.SetAction((parsed, _) => ThrottlingLink.RunAsync(
            IPEndPoint.Parse(parsed.GetValue(backend)!), TimeSpan.FromMilliseconds(parsed.GetValue(delay))));
        return command;
    }

    private static string ToMarkdown(List<ThrottleCycle> cycles, ThrottlePlan plan)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            {plan.HitsPerSecond} hits/s and {plan.OthersPerSecond} requests/s for items that come and go, {plan.Share:0%} refused for {plan.Seconds} s, {plan.Cycles} times, {Environment.ProcessorCount} cores

            | a second | before | refusing | after |
            | --- | ---: | ---: | ---: |
            {Row("p99 of hits, µs, median second", ThrottleCycle.P99Of)}
            {Row("requests that missed", phase => phase.Average(window => window.Missed))}
            {Row("requests that arrived at the backend", phase => phase.Average(window => window.Arrived))}
            {Row("requests that clients saw refused", phase => phase.Average(window => window.Refused))}

            | | measured | target | |
            | --- | ---: | ---: | --- |
            {Verdict("p99 of hits while refusing / without", cycle => cycle.HitRatio, MostHitRatio)}
            {Verdict("arrived / missed while refusing", cycle => cycle.SentPerMiss, MostSentPerMiss)}
            {Verdict("worst second after / mean before", cycle => cycle.WorstAfter, MostAfter)}

            For comparison, the worst second before / mean before: {Spread(cycle => cycle.WorstBefore)}
            """);
        return text.ToString();

        string Row(string name, Func<IReadOnlyList<ThrottleWindow>, double> figure) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {cycles.Average(cycle => figure(cycle.Steady)):0} | {cycles.Average(cycle => figure(cycle.Throttled)):0} | {cycles.Average(cycle => figure(cycle.Recovery)):0} |");

        string Verdict(string name, Func<ThrottleCycle, double> figure, double most) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Spread(figure)} | {most:0.0} | {(Load.Spread.Of(cycles.Select(figure)).Median <= most ? "met" : "missed")} |");

        string Spread(Func<ThrottleCycle, double> figure)
        {
            Spread spread = Load.Spread.Of(cycles.Select(figure));
            return string.Create(CultureInfo.InvariantCulture, $"{spread.Median:0.000} ({spread.Min:0.000}–{spread.Max:0.000})");
        }
    }
}
