using DaxProxy.Bench.Growth;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>What a cached item takes, and whether the process keeps to its limits under load.</summary>
internal static class MemoryRows
{
    private const double MB = 1 << 20;
    private const int ItemCacheBytes = 64 << 20;
    private const int QueryCacheBytes = 16 << 20;
    private const int Items = 100_000;
    private const int Connections = 64;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(200);

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        Spread resident = await MeasureResidentAsync(settings).ConfigureAwait(false);
        return
        [
            new("memory of a cached item of 1 KB", "its key and body", Bound.AtMost(1.35), Spread.Of([GrowthRig.BytesOfItem(Items) / GrowthRig.PayloadBytes])),
            new(
                $"resident memory under a mixed load, caches of {(ItemCacheBytes + QueryCacheBytes) / MB:0} MB full",
                "MB beyond their limits",
                Bound.AtMost(60, "MB"),
                resident),
        ];
    }

    /// <summary>Resident memory in MB beyond the limits of the caches; the largest sample is what counts, so it stands as the median.</summary>
    private static async Task<Spread> MeasureResidentAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess proxy = ServerProcess.StartProxy(folder, noCache: false, synchronous: "normal", options: new Dictionary<string, string>
            {
                ["DAXPROXY__ItemCache__MaxBytes"] = $"{ItemCacheBytes}",
                ["DAXPROXY__QueryCache__MaxBytes"] = $"{QueryCacheBytes}",
            });
            LoadItems items = new(Items, itemBytes: 1024);
            LoadPages pages = new(Items / LoadPages.ItemsOfPage / 4, itemBytes: 400);
            using (HttpLoadConnection connection = HttpLoadConnection.Open(proxy.EndPoint))
            {
                await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
                await connection.ExchangeAsync(LoadPages.CreateTable).ConfigureAwait(false);
            }

            await SendAsync(items.Puts()).ConfigureAwait(false);
            await SendAsync(pages.Puts()).ConfigureAwait(false);
            byte[][] requests = [.. items.Gets(), .. pages.Queries(), .. items.Puts().Take(Items / 5)];
            new Random(1).Shuffle(requests);
            List<double> samples = [];
            using LoadClient load = new(HttpLoadConnection.Open(proxy.EndPoint, Connections), requests);
            Task<LoadResult> running = load.RunAsync(settings.Rounds * 2 * settings.Round);
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(SampleEvery)).ConfigureAwait(false);
                samples.Add((proxy.ResidentBytes - ItemCacheBytes - QueryCacheBytes) / MB);
            }

            await running.ConfigureAwait(false);
            return new Spread(samples.Max(), samples.Min(), samples.Max());

            async Task SendAsync(byte[][] puts)
            {
                using LoadClient writer = new(HttpLoadConnection.Open(proxy.EndPoint, Connections), puts);
                await writer.RunOnceAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
