using DaxProxy.Bench.Baselines;

namespace DaxProxy.Bench.Suite;

/// <summary>A cached GetItem beside what else could answer it.</summary>
internal static class BaselineRows
{
    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        BaselinesReport report = await BaselinesRun.RunAsync(
            SuiteSettings.Connections, settings.Round, settings.Rounds).ConfigureAwait(false);
        List<SuiteRow> rows = [.. report.Names.Select(
            (name, index) => new SuiteRow("cached GetItem, JSON", $"requests/s of: {name}", null, report.RatioTo(index))).Skip(1)];
        int dax = report.IndexOf(BaselinesRun.OverDax), redis = report.IndexOf(BaselinesRun.Redis);
        if (redis >= 0)
        {
            rows.Add(new("cached GetItem, DAX", $"requests/s of: {BaselinesRun.Redis}", Bound.AtLeast(1), report.Ratio(dax, redis)));
        }

        return rows;
    }
}
