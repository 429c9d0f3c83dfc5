namespace DaxProxy.Options;

/// <summary>Faults on purpose, with which applications are tested. Nothing of it is on unless it is asked for.</summary>
internal sealed record SimulationOptions
{
    /// <summary>
    /// The faults, as <see cref="FaultRules"/> reads them: <c>orders/PutItem throttle=0.05 lost=0.01; */* latency=5ms p99=200ms</c>.
    /// Default "", none.
    /// </summary>
    public string Faults { get; init; } = "";

    /// <summary>What the faults are drawn by: with the same, the n-th request of a table and verb has the same fate. Default 1.</summary>
    [Limits("0", "2147483647")]
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Whether reads that a cache answers have faults too; otherwise only what the backend is asked for has. Default no.
    /// </summary>
    public bool OnHits { get; init; }

    /// <summary>How long a write takes at least from one region of the local engine to another: 0 to 1 hour. Default 0.</summary>
    [Limits("00:00:00", "01:00:00")]
    public TimeSpan ReplicationDelay { get; init; }

    /// <summary>What is added to that, drawn for each write from nothing to this: 0 to 1 hour. Default 0.</summary>
    [Limits("00:00:00", "01:00:00")]
    public TimeSpan ReplicationJitter { get; init; }

    /// <summary>The share of time in which two regions are cut off from each other, five seconds at a time: 0 to 1. Default 0.</summary>
    [Limits("0", "1")]
    public double ReplicationPartitions { get; init; }

    /// <summary>Whether requests may ask for faults of their own, by the header <c>x-daxproxy-simulate</c>. Default no.</summary>
    public bool Header { get; init; }
}
