using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>Hits over both protocols, against a constant reply of the same bytes and against each other.</summary>
internal static class HitRows
{
    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        LoadReport json = await LoadAsync("GetItem").ConfigureAwait(false);
        LoadReport verified = await LoadAsync("GetItem", verify: true).ConfigureAwait(false);
        LoadReport query = await LoadAsync("Query").ConfigureAwait(false);
        LoadReport dax = await LoadAsync("GetItem", isDax: true).ConfigureAwait(false);
        return
        [
            new("cached GetItem, JSON", "requests/s of a constant reply", Bound.AtLeast(0.90), Throughput(json)),
            new("the same", "p99 of a constant reply", Bound.AtMost(1.25), json.RatioOf(result => result.P99)),
            new("the same, signatures verified", "requests/s of a constant reply", Bound.AtLeast(0.75), Throughput(verified)),
            new("cached Query of 20 items", "requests/s of a constant reply", Bound.AtLeast(0.85), Throughput(query)),
            new("cached GetItem, DAX", "requests/s of JSON", Bound.AtLeast(1.3), Throughput(dax)),
            new("the same", "server CPU of JSON", null, dax.RatioOf(result => result.ServerMicroseconds)),
        ];

        Task<LoadReport> LoadAsync(string operation, bool verify = false, bool isDax = false) => LoadRun.RunAsync(new LoadPlan
        {
            Operation = operation,
            IsDax = isDax,
            NoCache = false,
            Verify = verify,
            Bare = false,
            Connections = SuiteSettings.Connections,
            Seconds = settings.Round.TotalSeconds,
            Rounds = settings.Rounds,
            ItemBytes = SuiteSettings.ItemBytes,
            Items = SuiteSettings.RequestedItems,
        });
    }

    private static Spread Throughput(LoadReport report) => report.RatioOf(result => result.RequestsPerSecond);
}
