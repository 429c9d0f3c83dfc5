using DaxProxy.Telemetry;

namespace DaxProxy.Bench.Load;

/// <summary>What one round measured. Latencies are in microseconds.</summary>
internal sealed record LoadResult(double RequestsPerSecond, double P50, double P90, double P99, double P999)
{
    /// <summary>How many requests it was.</summary>
    public required long Requests { get; init; }

    /// <summary>CPU time of the server in microseconds per request.</summary>
    public double ServerMicroseconds { get; init; }

    /// <summary>What latencies come to that were counted in a time.</summary>
    public static LoadResult Of(LatencyHistogram latency, TimeSpan duration)
    {
        LatencySnapshot snapshot = latency.Snapshot();
        return new LoadResult(
            snapshot.Count / duration.TotalSeconds, Microseconds(0.5), Microseconds(0.9), Microseconds(0.99), Microseconds(0.999))
        {
            Requests = snapshot.Count,
        };

        double Microseconds(double share) => snapshot.Percentile(share).TotalMicroseconds;
    }
}
