using System.Text.Json;

namespace DaxProxy.Bench.Report;

/// <summary>What the product's report said of a scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Advice">Its advice.</param>
/// <param name="MeanDirect">Mean of all requests straight to the backend, in microseconds.</param>
/// <param name="MeanProxied">The same through the proxy.</param>
/// <param name="P50Ratio">Median through the proxy / direct.</param>
/// <param name="P99Ratio">99th percentile through the proxy / direct.</param>
/// <param name="HitRatio">Share of reads that the cache answered.</param>
/// <param name="Stale">Stale reads found.</param>
internal sealed record ScenarioResult(
    Scenario Scenario, string Advice, double MeanDirect, double MeanProxied, double P50Ratio, double P99Ratio, double HitRatio, long Stale)
{
    /// <summary>Takes it from the report's file of figures.</summary>
    public static ScenarioResult Read(Scenario scenario, string file)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement figures = report.RootElement.GetProperty("figures"), all = figures.GetProperty("all"),
            percentiles = all.GetProperty("percentiles");
        return new ScenarioResult(
            scenario,
            report.RootElement.GetProperty("verdict").GetProperty("advice").GetString()!,
            Value(all.GetProperty("mean"), "direct"),
            Value(all.GetProperty("mean"), "proxied"),
            Value(percentiles.GetProperty("p50"), "ratio"),
            Value(percentiles.GetProperty("p99"), "ratio"),
            figures.GetProperty("hitRatio").GetDouble(),
            figures.GetProperty("audit").GetProperty("stale").GetInt64());

        static double Value(JsonElement comparison, string way) => comparison.GetProperty(way).GetProperty("value").GetDouble();
    }
}
