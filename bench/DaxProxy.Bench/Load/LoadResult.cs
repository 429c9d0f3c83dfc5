namespace DaxProxy.Bench.Load;

/// <summary>What one round measured. Latencies are in microseconds.</summary>
internal sealed record LoadResult(double RequestsPerSecond, double P50, double P90, double P99, double P999)
{
    /// <summary>CPU time of the server in microseconds per request.</summary>
    public double ServerMicroseconds { get; init; }
}
