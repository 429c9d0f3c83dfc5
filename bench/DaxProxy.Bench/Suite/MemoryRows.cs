using DaxProxy.Bench.Growth;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>What a cached item takes, and whether the process keeps to its limits under load, native and as built.</summary>
internal static class MemoryRows
{
    private const double MB = 1 << 20;
    private const int ItemCacheBytes = 64 << 20;
    private const int QueryCacheBytes = 16 << 20;
    private const int Items = 100_000;
    private const int Connections = 64;
    private static readonly string Load =
        $"resident memory under a mixed load, caches of {(ItemCacheBytes + QueryCacheBytes) / MB:0} MB full";

    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(200);

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            string native = await ProductBuilds.NativeAsync(settings, folder).ConfigureAwait(false);
            const string Beyond = "MB beyond their limits", Before = "in front of a remote backend",
                Around = "with the engine, without the pages of its files";
            List<SuiteRow> rows =
            [
                new(
                    "memory of a cached item of 1 KB", "its key and body", Bound.AtMost(1.25),
                    Spread.Of([GrowthRig.BytesOfItem(Items) / GrowthRig.PayloadBytes])),
            ];
            foreach ((string build, string? program) in new[] { ("native", native), ("as built", null) })
            {
                foreach ((string place, bool isRemote) in new[] { (Before, true), (Around, false) })
                {
                    (Spread resident, double files) = await MeasureAsync(settings, isRemote, program).ConfigureAwait(false);
                    rows.Add(new($"{Load}, {place}, {build}", Beyond, Bound.AtMost(60, "MB"), resident));
                    rows.Add(new("of it pages of the program and its libraries", "MB", null, Spread.Of([files])));
                }
            }

            return rows;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Resident memory in MB beyond the limits of the caches, the pages of the store left out, which are the system's; the largest sample
    /// is what counts, so it stands as the median. And what of that are pages of the program and its libraries.
    /// </summary>
    private static async Task<(Spread Resident, double Files)> MeasureAsync(SuiteSettings settings, bool isRemote, string? native)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            Dictionary<string, string> limits = new()
            {
                ["DAXPROXY__ItemCache__MaxBytes"] = $"{ItemCacheBytes}",
                ["DAXPROXY__QueryCache__MaxBytes"] = $"{QueryCacheBytes}",
            };
            using ServerProcess engine = ServerProcess.StartProxy(
                folder, noCache: isRemote, synchronous: "normal", options: limits, native: native);
            using ServerProcess? remote = isRemote ? ServerProcess.StartProxyBefore(engine.EndPoint, folder, limits, native) : null;
            ServerProcess proxy = remote ?? engine;
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
            double files = 0;
            using LoadClient load = new(HttpLoadConnection.Open(proxy.EndPoint, Connections), requests);
            Task<LoadResult> running = load.RunAsync(settings.Rounds * 2 * settings.Round);
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(SampleEvery)).ConfigureAwait(false);
                ProcessMemory memory = ProcessMemory.Of(proxy, folder);
                samples.Add((memory.ResidentBytes - ItemCacheBytes - QueryCacheBytes) / MB);
                files = Math.Max(files, memory.FileBytes / MB);
            }

            await running.ConfigureAwait(false);
            return (new Spread(samples.Max(), samples.Min(), samples.Max()), files);

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
