using System.Globalization;
using System.Text;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>The rounds of one operation, of each server and last of the constant reply, and what follows from them.</summary>
internal sealed record CompareReport(
    string Operation, ComparePlan Plan, IReadOnlyList<Contender> Contenders, IReadOnlyList<LoadResult>[] Rounds)
{
    private const int Defaults = 0;
    private const int Normal = 1;

    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            {Operation}, {Plan.Items} items of {Plan.ItemBytes} bytes, {Plan.Connections} connections, {Plan.Rounds} rounds of {Plan.Seconds} s each, {Environment.ProcessorCount} cores

            | | requests/s | p50 µs | p99 µs | server CPU µs/request | DaxProxy / it | target | normal / it |
            | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |
            """);
        for (int server = 0; server < Rounds.Length; server++)
        {
            Contender? contender = server < Contenders.Count ? Contenders[server] : null;
            IReadOnlyList<LoadResult> rounds = Rounds[server];
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                | {contender?.Name ?? "constant reply"} | {Of(result => result.RequestsPerSecond)} | {Of(result => result.P50)} | {Of(result => result.P99)} | {Of(result => result.ServerMicroseconds)} | {Text(RatioOf(Defaults, rounds))} | {Verdict(contender, rounds)} | {Text(RatioOf(Normal, rounds))} |
                """);

            Spread Of(Func<LoadResult, double> figure) => Spread.Of(rounds.Select(figure));
        }

        return text.ToString();
    }

    /// <summary>Requests/s of the proxy with its defaults over those of another contender.</summary>
    public Spread RatioTo(int contender) => RatioOf(Defaults, Rounds[contender]);

    private Spread RatioOf(int ours, IReadOnlyList<LoadResult> theirs) =>
        Turns.Ratio(Rounds[ours], theirs, result => result.RequestsPerSecond);

    private string Verdict(Contender? contender, IReadOnlyList<LoadResult> rounds) =>
        contender?.Targets.TryGetValue(Operation, out double target) != true
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{target:0}: {(RatioOf(Defaults, rounds).Median >= target ? "met" : "missed")}");

    private static string Text(Spread ratio) =>
        string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.Min:0.00}–{ratio.Max:0.00})");
}
