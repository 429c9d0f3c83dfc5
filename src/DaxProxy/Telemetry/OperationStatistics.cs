using System.Diagnostics.Metrics;
using DaxProxy.Core;
using DaxProxy.Core.Operations;

namespace DaxProxy.Telemetry;

/// <summary>What is counted of one operation. Thread-safe; counting takes two interlocked increments and no allocation.</summary>
internal sealed class OperationStatistics
{
    private readonly TimeProvider time;
    private readonly Histogram<double> duration;
    private readonly StripedCounter succeeded = new();
    private long refused;
    private long failed;

    internal OperationStatistics(string operation, TimeProvider time, Histogram<double> duration)
    {
        Operation = operation;
        this.time = time;
        this.duration = duration;
    }

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
        int status = reply switch
        {
            ErrorReply error => error.Error.StatusCode,
            ForwardedReply forwarded => forwarded.StatusCode,
            _ => StatusCodes.Status200OK,
        };
        if (status < StatusCodes.Status400BadRequest)
        {
            succeeded.Increment();
            Record(reply.Cache is { IsHit: true } ? Hits : Others, startedAt);
        }
        else if (status < StatusCodes.Status500InternalServerError)
        {
            Interlocked.Increment(ref refused);
            Record(Others, startedAt);
        }
        else
        {
            CountFailure();
        }
    }

    /// <summary>Counts a result that came straight from the cache.</summary>
    public void CountHit(long startedAt)
    {
        succeeded.Increment();
        Record(Hits, startedAt);
    }

    /// <summary>Counts a request that was refused before it reached a backend.</summary>
    public void CountRefusal() => Interlocked.Increment(ref refused);

    /// <summary>Counts a failure.</summary>
    public void CountFailure() => Interlocked.Increment(ref failed);

    private void Record(LatencyHistogram latency, long startedAt)
    {
        TimeSpan elapsed = time.GetElapsedTime(startedAt);
        latency.Record(elapsed.Ticks * TimeSpan.NanosecondsPerTick);
        if (duration.Enabled)
        {
            duration.Record(elapsed.TotalSeconds);
        }
    }
}
