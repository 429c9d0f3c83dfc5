using DaxProxy.Bench.Baselines;

namespace DaxProxy.Bench.Suite;

/// <summary>A cached GetItem beside what else could answer it.</summary>
internal static class BaselineRows
{
    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        BaselinesReport report = await BaselinesRun.RunAsync(
            SuiteSettings.Connections, settings.Round, settings.Rounds).ConfigureAwait(false);
        return [.. report.Names.Select(
            (name, index) => new SuiteRow("cached GetItem, JSON", $"requests/s of: {name}", null, report.RatioTo(index))).Skip(1)];
    }
}
