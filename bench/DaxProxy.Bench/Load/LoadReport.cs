using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DaxProxy.Bench.Load;

/// <summary>The rounds of a run and what follows from them: medians, spreads, and medians of the ratios of paired rounds.</summary>
internal sealed record LoadReport(LoadPlan Plan, IReadOnlyList<LoadResult> Ours, IReadOnlyList<LoadResult> Theirs)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly (string Name, Func<LoadResult, double> Figure)[] Figures =
    [
        ("requests/s", result => result.RequestsPerSecond),
        ("p50 µs", result => result.P50),
        ("p90 µs", result => result.P90),
        ("p99 µs", result => result.P99),
        ("p99.9 µs", result => result.P999),
        ("server CPU µs/request", result => result.ServerMicroseconds),
    ];

    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            {Plan.Title}, {Plan.Items} items of {Plan.ItemBytes} bytes, {Plan.Connections} connections, {Plan.Rounds} rounds of {Plan.Seconds} s each, {Environment.ProcessorCount} cores

            | | {Plan.Names.Ours} | {Plan.Names.Theirs} | ratio |
            | --- | ---: | ---: | ---: |
            """);
        foreach ((string name, Func<LoadResult, double> figure) in Figures)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {Spread.Of(Ours.Select(figure))} | {Spread.Of(Theirs.Select(figure))} | {RatioOf(figure).Median:0.000} |");
        }

        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Plan,
            Environment.ProcessorCount,
            Ratios = Figures.ToDictionary(entry => entry.Name, entry => RatioOf(entry.Figure).Median),
            Ours,
            Theirs,
        },
        Indented);

    /// <summary>A figure of ours over theirs.</summary>
    public Spread RatioOf(Func<LoadResult, double> figure) => Turns.Ratio(Ours, Theirs, figure);
}
