namespace DaxProxy.Core.Operations;

/// <summary>What is to go wrong on purpose with a request, or with those of a table and verb: for tests of applications.</summary>
/// <remarks>
/// Immutable. Shares are from 0 to 1. Those of the faults of which a request has one at most come to 1 or less together; what remains is
/// answered as ever.
/// </remarks>
public sealed record SimulatedFaults
{
    /// <summary>Share of requests refused as those that exceed the provisioned throughput of a table.</summary>
    public double Throttled { get; init; }

    /// <summary>Share of requests refused as those that exceed what a table on demand takes so far.</summary>
    public double ThrottledOnDemand { get; init; }

    /// <summary>Share of requests refused as those that exceed the quota of the account.</summary>
    public double ThrottledByAccount { get; init; }

    /// <summary>Share of requests that fail with an internal error, and are not carried out.</summary>
    public double Failed { get; init; }

    /// <summary>Share of requests that are carried out and whose answer never arrives.</summary>
    public double Lost { get; init; }

    /// <summary>Share of the items of batches that are handed back unprocessed.</summary>
    public double Unprocessed { get; init; }

    /// <summary>How much later an answer comes, at the median; zero for not at all.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The same of the slowest of a hundred answers; at least <see cref="Latency"/>.</summary>
    public TimeSpan SlowLatency { get; init; }
}
