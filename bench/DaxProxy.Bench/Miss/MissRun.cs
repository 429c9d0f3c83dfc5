using System.Text;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Miss;

/// <summary>
/// One run: an engine in a process of its own, a proxy with caches in front of it in another, and the same reads by both ways in turns.
/// </summary>
internal static class MissRun
{
    private static readonly int[] Concurrencies = [1, 32];

    /// <summary>The rounds of each concurrency.</summary>
    public static async Task<IReadOnlyDictionary<int, List<MissRound>>> RunAsync(MissPlan plan)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess engine = ServerProcess.StartProxy(folder, noCache: true, synchronous: "normal");
            LoadItems items = new(plan.Requests, plan.ItemBytes);
            using (HttpLoadConnection connection = HttpLoadConnection.Open(engine.EndPoint))
            {
                await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
            }

            using (LoadClient writer = new(HttpLoadConnection.Open(engine.EndPoint, 1), items.Puts()))
            {
                await writer.PrimeAsync().ConfigureAwait(false);
            }

            using ServerProcess proxy = ServerProcess.StartProxyBefore(engine.EndPoint, folder, new Dictionary<string, string>());
            Dictionary<int, List<MissRound>> rounds = [];
            foreach (int concurrency in Concurrencies)
            {
                rounds[concurrency] = await MeasureAsync(engine, proxy, items.Gets(), concurrency, plan.Rounds).ConfigureAwait(false);
            }

            return rounds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<MissRound>> MeasureAsync(
        ServerProcess engine, ServerProcess proxy, byte[][] requests, int concurrency, int rounds)
    {
        using LoadClient direct = new(HttpLoadConnection.Open(engine.EndPoint, concurrency), requests);
        using LoadClient proxied = new(HttpLoadConnection.Open(proxy.EndPoint, concurrency), requests);
        List<MissRound> measured = [];
        for (int round = -1; round < rounds; round++)
        {
            // Who goes first alternates, so that a machine that gets slower or faster favours neither.
            LoadResult? before = round % 2 == 0 ? await direct.RunOnceAsync().ConfigureAwait(false) : null;
            await ForgetAsync(proxy, requests[0]).ConfigureAwait(false);
            LoadResult through = await proxied.RunOnceAsync().ConfigureAwait(false);
            LoadResult by = before ?? await direct.RunOnceAsync().ConfigureAwait(false);

            // The first one warms both up.
            if (round >= 0)
            {
                measured.Add(new MissRound(by, through));
            }
        }

        return measured;
    }

    private static async Task ForgetAsync(ServerProcess proxy, byte[] request)
    {
        await proxy.EvictAllAsync().ConfigureAwait(false);
        using HttpLoadConnection connection = HttpLoadConnection.Open(proxy.EndPoint);
        string reply = Encoding.UTF8.GetString(connection.Received(await connection.ExchangeAsync(request).ConfigureAwait(false)));
        if (!reply.Contains("fwd=miss; stored", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("This would not measure what it says: " + reply);
        }

        await proxy.EvictAllAsync().ConfigureAwait(false);
    }
}
