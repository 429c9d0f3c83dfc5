using System.Globalization;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Throttle;

/// <summary>
/// One run: an engine, a link that can refuse, and a proxy in front, each a process of its own; then the phases, with the load going on
/// throughout.
/// </summary>
internal static class ThrottleRun
{
    /// <summary>Items that are cached throughout.</summary>
    private const int HotItems = 200;

    /// <summary>Items that are asked for now and then and kept for <see cref="TurnSeconds"/> only.</summary>
    private const int TurningItems = 20_000;
    private const int TurnSeconds = 5;
    private const string TurningTable = "turning";

    /// <summary>Until the share of hits is what it stays.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2 * TurnSeconds);

    /// <summary>The windows of each phase of each cycle.</summary>
    public static async Task<List<ThrottleCycle>> RunAsync(ThrottlePlan plan)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess engine = ServerProcess.StartProxy(folder, noCache: true, synchronous: "normal");
            using ServerProcess link = ServerProcess.StartLink(engine.EndPoint);
            using ServerProcess proxy = ServerProcess.StartProxyBefore(link.EndPoint, folder, new Dictionary<string, string>
            {
                ["DAXPROXY__ItemCache__TimeToLive"] = "01:00:00",
                ["DAXPROXY__ItemCache__NegativeTimeToLive"] = TurnSeconds.ToString(CultureInfo.InvariantCulture),
                ["DAXPROXY__Backend__TableRefreshInterval"] = "01:00:00",
            });
            LoadItems hot = new(HotItems, itemBytes: 400);
            await PrepareAsync(engine, proxy, hot).ConfigureAwait(false);

            byte[][] hits = hot.Gets(), others = [.. Enumerable.Range(0, TurningItems).Select(GetOf)];
            Random random = new(1);
            KeyChooser keys = KeyChooser.Zipf(TurningItems, 0.99, seed: 1);
            int at = 0;
            using PacedLoad hitting = new(proxy.EndPoint, plan.HitsPerSecond, () => hits[at++ % HotItems]);
            using PacedLoad turning = new(proxy.EndPoint, plan.OthersPerSecond, () => others[keys.Next(random, TurningItems)]);
            using CancellationTokenSource stop = new();
            Task load = Task.WhenAll(hitting.RunAsync(stop.Token), turning.RunAsync(stop.Token));
            await Task.Delay(WarmUp).ConfigureAwait(false);
            List<ThrottleCycle> cycles = [];
            for (int cycle = 0; cycle < plan.Cycles; cycle++)
            {
                cycles.Add(new ThrottleCycle(
                    await PhaseAsync(0).ConfigureAwait(false), await PhaseAsync(plan.Share).ConfigureAwait(false),
                    await PhaseAsync(0).ConfigureAwait(false)));
            }

            await stop.CancelAsync().ConfigureAwait(false);
            await load.ConfigureAwait(false);
            return cycles;

            async Task<IReadOnlyList<ThrottleWindow>> PhaseAsync(double share)
            {
                List<ThrottleWindow> windows = [];
                long before = long.Parse(link.Ask(share.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
                hitting.Take();
                turning.Take();
                for (int second = 0; second < plan.Seconds; second++)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                    long now = long.Parse(link.Ask("?"), CultureInfo.InvariantCulture);
                    (double p99, _, long missedHits, _) = hitting.Take();
                    (_, long answered, long missed, long refused) = turning.Take();
                    windows.Add(new ThrottleWindow(p99, answered, missed + missedHits, refused, now - before));
                    before = now;
                }

                return windows;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>None of these items is there: that they are not is what is cached, and costs the backend the same read.</summary>
    private static byte[] GetOf(int index) =>
        LoadItems.Request("GetItem", $$$$"""{"TableName":"{{{{TurningTable}}}}","Key":{"pk":{"S":"turn#{{{{index:0000000}}}}"}}}""");

    private static async Task PrepareAsync(ServerProcess engine, ServerProcess proxy, LoadItems hot)
    {
        using HttpLoadConnection connection = HttpLoadConnection.Open(engine.EndPoint);
        await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
        await connection.ExchangeAsync(LoadItems.Request(
            "CreateTable", LoadItems.CreateTableBody.Replace($"\"{LoadItems.Table}\"", $"\"{TurningTable}\"", StringComparison.Ordinal)))
                .ConfigureAwait(false);
        foreach (byte[] put in hot.Puts())
        {
            await connection.ExchangeAsync(put).ConfigureAwait(false);
        }

        using LoadClient reader = new(HttpLoadConnection.Open(proxy.EndPoint, 1), hot.Gets());
        await reader.PrimeAsync().ConfigureAwait(false);
    }
}
