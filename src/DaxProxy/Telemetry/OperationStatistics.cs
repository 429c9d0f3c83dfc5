using System.Diagnostics.Metrics;
using DaxProxy.Core;
using DaxProxy.Core.Operations;

namespace DaxProxy.Telemetry;

/// <summary>What is counted of one operation on one wire.</summary>
/// <remarks>Thread-safe; counting takes a few interlocked increments and no allocation.</remarks>
internal sealed class OperationStatistics
{
    private readonly TimeProvider time;
    private readonly Func<RequestOutcome, Histogram<double>> makeDuration;
    private readonly Histogram<double>?[] durations = new Histogram<double>?[RequestOutcomes.Count];
    private readonly StripedCounter succeeded = new();
    private long refused;
    private long failed;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="wire">What its requests came by.</param>
    /// <param name="operation">DynamoDB's name of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="makeDuration">Makes the instrument of an outcome; asked when there is the first of that kind.</param>
    internal OperationStatistics(Frontend wire, string operation, TimeProvider time, Func<RequestOutcome, Histogram<double>> makeDuration)
    {
        Wire = wire;
        Operation = operation;
        this.time = time;
        this.makeDuration = makeDuration;
    }

    /// <summary>What its requests came by.</summary>
    public Frontend Wire { get; }

    /// <summary>DynamoDB's name of the operation.</summary>
    public string Operation { get; }

    /// <summary>How many were answered with a result.</summary>
    public long Succeeded => succeeded.Sum;

    /// <summary>How many were refused by the rules of DynamoDB: the client's fault.</summary>
    public long Refused => Volatile.Read(ref refused);

    /// <summary>How many failed or were cancelled: our fault, the backend's, or a client that left.</summary>
    public long Failed => Volatile.Read(ref failed);

    /// <summary>How long those took that were answered from a cache.</summary>
    public LatencyHistogram Hits { get; } = new();

    /// <summary>How long the other answered and refused ones took.</summary>
    public LatencyHistogram Others { get; } = new();

    /// <summary>How long all answered and refused ones took.</summary>
    public LatencySnapshot Latency => LatencySnapshot.Sum([Hits.Snapshot(), Others.Snapshot()]);

    /// <summary>The moment to hand to a later call.</summary>
    public long Start() => time.GetTimestamp();

    /// <summary>Counts a reply of a backend.</summary>
    public void Count(Reply reply, long startedAt)
    {
        RequestOutcome outcome = RequestOutcomes.Of(reply);
        if (outcome == RequestOutcome.Failure)
        {
            CountFailure(startedAt);
            return;
        }

        if (outcome == RequestOutcome.Refusal)
        {
            Interlocked.Increment(ref refused);
        }
        else
        {
            succeeded.Increment();
        }

        Record(outcome is RequestOutcome.Hit or RequestOutcome.Stale ? Hits : Others, outcome, startedAt);
    }

    /// <summary>Counts a result that came straight from the cache.</summary>
    public void CountHit(long startedAt)
    {
        succeeded.Increment();
        Record(Hits, RequestOutcome.Hit, startedAt);
    }

    /// <summary>Counts a request that was refused before it reached a backend.</summary>
    public void CountRefusal() => Interlocked.Increment(ref refused);

    /// <summary>Counts a request that failed before it reached a backend.</summary>
    public void CountFailure() => Interlocked.Increment(ref failed);

    /// <summary>Counts a failure.</summary>
    public void CountFailure(long startedAt)
    {
        CountFailure();
        Record(null, RequestOutcome.Failure, startedAt);
    }

    private void Record(LatencyHistogram? latency, RequestOutcome outcome, long startedAt)
    {
        TimeSpan elapsed = time.GetElapsedTime(startedAt);
        latency?.Record(elapsed.Ticks * TimeSpan.NanosecondsPerTick);

        // The meter gives all who make it at once the same instrument.
        Histogram<double> duration = durations[(int)outcome] ??= makeDuration(outcome);
        if (duration.Enabled)
        {
            duration.Record(elapsed.TotalSeconds);
        }
    }
}
