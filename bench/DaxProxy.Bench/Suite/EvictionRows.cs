using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>Hits while the cache is full and lets an entry go for each that comes, against the same where everything fits.</summary>
internal static class EvictionRows
{
    private const int ColdItems = 50_000;

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess roomy = Start("roomy", maxBytes: 1L << 30), full = Start("full", maxBytes: 8L << 20);
            LoadItems hot = new(SuiteSettings.RequestedItems, SuiteSettings.ItemBytes);
            byte[][] gets = hot.Gets(),
                cold = [.. Enumerable.Range(0, ColdItems).Select(index => LoadItems.GetOf($"cold#{index:0000000}"))];
            foreach (ServerProcess server in new[] { roomy, full })
            {
                using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
                await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
                foreach (byte[] request in hot.Puts().Concat(gets).Concat(gets).Concat(cold))
                {
                    await connection.ExchangeAsync(request).ConfigureAwait(false);
                }
            }

            using LoadClient ours = new(HttpLoadConnection.Open(full.EndPoint, SuiteSettings.Connections - 1), gets);
            using LoadClient theirs = new(HttpLoadConnection.Open(roomy.EndPoint, SuiteSettings.Connections - 1), gets);
            using LoadClient fullChurn = new(HttpLoadConnection.Open(full.EndPoint, 1), cold),
                roomyChurn = new(HttpLoadConnection.Open(roomy.EndPoint, 1), cold);
            Func<Task<LoadResult>>[] loads =
                [() => BesideAsync(ours, fullChurn, settings.Round), () => BesideAsync(theirs, roomyChurn, settings.Round)];
            await Turns.RunAsync(loads, rounds: 1).ConfigureAwait(false);
            IReadOnlyList<LoadResult>[] rounds = await Turns.RunAsync(loads, settings.Rounds).ConfigureAwait(false);
            return
            [
                new(
                    "hits while the full cache evicts", "requests/s of hits where all fits", Bound.AtLeast(0.9),
                    Turns.Ratio(rounds[0], rounds[1], result => result.RequestsPerSecond)),
                new("the same", "p99 of hits where all fits", null, Turns.Ratio(rounds[0], rounds[1], result => result.P99)),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        ServerProcess Start(string name, long maxBytes) => ServerProcess.StartProxy(
            Directory.CreateDirectory(Path.Combine(folder, name)).FullName,
            noCache: false,
            options: new Dictionary<string, string>
            {
                ["DAXPROXY__ItemCache__MaxBytes"] = $"{maxBytes}",
                ["DAXPROXY__ItemCache__NegativeTimeToLive"] = "01:00:00",
            });
    }

    /// <summary>
    /// Hits of all connections but one. That one reads keys that were not read lately and do not exist. The cache stores that they do not
    /// exist.
    /// </summary>
    private static async Task<LoadResult> BesideAsync(LoadClient hits, LoadClient churn, TimeSpan duration)
    {
        Task<LoadResult> beside = churn.RunAsync(duration);
        LoadResult result = await hits.RunAsync(duration).ConfigureAwait(false);
        await beside.ConfigureAwait(false);
        return result;
    }
}
