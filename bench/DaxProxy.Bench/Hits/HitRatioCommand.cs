using System.CommandLine;
using System.Globalization;

namespace DaxProxy.Bench.Hits;

/// <summary>
/// The command <c>hit-ratio</c>: how many requests of a trace find their item, by rule of eviction and size of the cache.
/// </summary>
internal static class HitRatioCommand
{
    private static readonly (string Name, Func<long, ICacheModel> Make)[] Models =
    [
        ("MemoryCache", static bytes => new MemoryCacheModel(bytes)),
        ("LRU", static bytes => new LruModel(bytes)),
        ("W-TinyLFU", static bytes => new WTinyLfuModel(bytes, (int)(bytes / AverageBytes))),
        ("S3-FIFO", static bytes => new S3FifoModel(bytes)),
        ("ours", static bytes => new CoreModel(bytes)),
    ];

    private static long AllBytes { get; } = Enumerable.Range(0, Traces.Keys).Sum(key => (long)Traces.BytesOf(key));

    private static long AverageBytes => AllBytes / Traces.Keys;

    public static Command Create()
    {
        Option<string?> only = new("--only") { Description = "Measure this rule alone" };
        Command command = new("hit-ratio", "Compare rules of eviction on seeded traces") { only };
        command.SetAction(parsed => Run([.. Models.Where(model => parsed.GetValue(only) is not { } name || name == model.Name)]));
        return command;
    }

    private static void Run((string Name, Func<long, ICacheModel> Make)[] models)
    {
        Console.WriteLine($"| trace | cache | {string.Join(" | ", models.Select(model => model.Name))} |");
        Console.WriteLine($"| --- | ---: |{string.Concat(Enumerable.Repeat(" ---: |", models.Length))}");
        foreach ((string name, int[] keys) in Traces.All())
        {
            foreach (int percent in (int[])[1, 10, 20])
            {
                IEnumerable<string> ratios = models.Select(model => Ratio(model.Make(AllBytes * percent / 100), keys));
                Console.WriteLine($"| {name} | {percent} % | {string.Join(" | ", ratios)} |");
            }
        }
    }

    /// <summary>Hits in a hundred requests for keys that exist, once the first fifth of the trace has filled the cache.</summary>
    private static string Ratio(ICacheModel model, int[] keys)
    {
        int hits = 0, asked = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            bool hit = model.Touch(keys[i], Traces.BytesOf(keys[i]));
            if (i >= keys.Length / 5 && keys[i] >= 0)
            {
                asked++;
                hits += hit ? 1 : 0;
            }
        }

        (model as IDisposable)?.Dispose();
        return (100.0 * hits / asked).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
