using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>
/// What a miss and a write cost the proxy itself, against a hit: CPU of the proxy's process, which does not include that of its remote
/// backend. YARP, which does nothing but pass on, says how much of it that takes.
/// </summary>
internal static class CostRows
{
    /// <summary>Requests of a round; so many items are stored, and each is asked for once.</summary>
    private const int Requests = 16_000;

    /// <summary>
    /// Rounds before those that count. The code paths of misses and writes are long, and the runtime compiles them again while they run.
    /// </summary>
    private const int WarmUps = 6;

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess engine = ServerProcess.StartProxy(folder, noCache: true, synchronous: "normal");
            LoadItems items = new(Requests, SuiteSettings.ItemBytes);
            byte[][] gets = items.Gets(), puts = items.Puts();
            using (HttpLoadConnection connection = HttpLoadConnection.Open(engine.EndPoint))
            {
                await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
            }

            using (LoadClient writer = new(HttpLoadConnection.Open(engine.EndPoint, SuiteSettings.Connections), puts))
            {
                await writer.RunOnceAsync().ConfigureAwait(false);
            }

            using ServerProcess proxy = ServerProcess.StartProxyBefore(engine.EndPoint, folder, new Dictionary<string, string>());
            using ServerProcess yarp = ServerProcess.StartYarp(engine.EndPoint);
            using LoadClient reader = new(HttpLoadConnection.Open(proxy.EndPoint, SuiteSettings.Connections), gets);
            using LoadClient putter = new(HttpLoadConnection.Open(proxy.EndPoint, SuiteSettings.Connections), puts);
            using LoadClient missing = new(HttpLoadConnection.Open(proxy.EndPoint, SuiteSettings.Connections), gets);
            using LoadClient passing = new(HttpLoadConnection.Open(yarp.EndPoint, SuiteSettings.Connections), gets);
            Func<Task<LoadResult>>[] loads =
            [
                () => proxy.MeasureAsync(reader.RunOnceAsync),
                () => proxy.MeasureAsync(putter.RunOnceAsync),
                async () =>
                {
                    // Each is a miss that is stored, so that the hits of the next turn find all of them.
                    await proxy.EvictAllAsync().ConfigureAwait(false);
                    return await proxy.MeasureAsync(missing.RunOnceAsync).ConfigureAwait(false);
                },
                () => yarp.MeasureAsync(passing.RunOnceAsync),
            ];
            await loads[2]().ConfigureAwait(false);
            await Turns.RunAsync(loads, WarmUps).ConfigureAwait(false);
            IReadOnlyList<LoadResult>[] rounds = await Turns.RunAsync(loads, settings.Rounds).ConfigureAwait(false);
            return
            [
                new("CPU of a miss, without the backend's", "CPU of a hit", Bound.AtMost(4), Cpu(2)),
                new("CPU of a write, without the backend's", "CPU of a hit", Bound.AtMost(5), Cpu(1)),
                new("CPU of passing on, by YARP alone", "CPU of a hit", null, Cpu(3)),
            ];

            Spread Cpu(int load) => Turns.Ratio(rounds[load], rounds[0], result => result.ServerMicroseconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
