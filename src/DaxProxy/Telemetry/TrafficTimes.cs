namespace DaxProxy.Telemetry;

/// <summary>The times of a kind of answers.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Median">The median.</param>
/// <param name="P99">What 99 of 100 did not exceed.</param>
internal readonly record struct TrafficTimes(long Count, TimeSpan Median, TimeSpan P99)
{
    /// <summary>Those of a snapshot.</summary>
    public static TrafficTimes Of(LatencySnapshot latency) => new(latency.Count, latency.Percentile(0.5), latency.Percentile(0.99));
}
