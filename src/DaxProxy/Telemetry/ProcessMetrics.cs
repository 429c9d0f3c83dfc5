using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaxProxy.Telemetry;

/// <summary>Instruments about the process as a whole: what it is, since when it runs, what it takes of the machine.</summary>
internal static class ProcessMetrics
{
    /// <summary>Shows them.</summary>
    /// <param name="meter">Where.</param>
    /// <param name="startedAt">When the process began to serve.</param>
    /// <param name="itemCacheMaxBytes">The limit of the item cache; 0 when it is off.</param>
    /// <param name="queryCacheMaxBytes">The limit of the query cache; 0 when it is off.</param>
    public static void ShowOn(Meter meter, DateTimeOffset startedAt, long itemCacheMaxBytes, long queryCacheMaxBytes)
    {
        KeyValuePair<string, object?>[] build =
        [
            new("version", typeof(ProcessMetrics).Assembly.GetName().Version!.ToString(3)),
            new("runtime", RuntimeInformation.FrameworkDescription),
            new("build", RuntimeFeature.IsDynamicCodeCompiled ? "jit" : "native"),
        ];
        double startedAtSeconds = startedAt.ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("daxproxy.build.info", () => new Measurement<long>(1, build), null, "1; the labels say what runs.");
        meter.CreateObservableGauge(
            "daxproxy.process.start_time", () => startedAtSeconds, "seconds", "When the process began to serve, in seconds since 1970.");
        meter.CreateObservableGauge("daxproxy.process.memory", () => Environment.WorkingSet, "bytes", "Memory the process occupies.");
        meter.CreateObservableGauge(
            "daxproxy.process.heap",
            () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes,
            "bytes",
            "The garbage collector's heap after its last collection.");
        meter.CreateObservableCounter(
            "daxproxy.process.cpu",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            "seconds",
            "Processor time that the process has used, of user and kernel.");
        meter.CreateObservableGauge(
            "daxproxy.cache.limit", () => itemCacheMaxBytes, "bytes", "What the item cache may hold; 0 when it is off.");
        meter.CreateObservableGauge(
            "daxproxy.query_cache.limit", () => queryCacheMaxBytes, "bytes", "What the query cache may hold; 0 when it is off.");
    }
}
