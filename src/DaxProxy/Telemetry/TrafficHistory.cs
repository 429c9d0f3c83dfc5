using DaxProxy.Core.Operations;

namespace DaxProxy.Telemetry;

/// <summary>The last hour in steps of ten seconds, so that who looks now sees what was. Thread-safe; its memory is bounded.</summary>
internal sealed class TrafficHistory : IDisposable
{
    /// <summary>How many steps are kept.</summary>
    public const int MostPoints = 360;

    private static readonly string[] Reads =
        [GetItem.Definition.Name, BatchGetItem.Definition.Name, Query.Definition.Name, Scan.Definition.Name];

    private readonly Metrics metrics;
    private readonly LatencyHistogram backend;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Queue<TrafficPoint> points = new();
    private Totals last;
    private long lastAt;

    /// <summary>Begins to look.</summary>
    /// <param name="metrics">What is counted of operations.</param>
    /// <param name="backend">How long the backend takes.</param>
    /// <param name="time">The clock.</param>
    public TrafficHistory(Metrics metrics, LatencyHistogram backend, TimeProvider time)
    {
        this.metrics = metrics;
        this.backend = backend;
        this.time = time;
        lastAt = time.GetTimestamp();
        last = Now();
        timer = time.CreateTimer(static state => ((TrafficHistory)state!).Add(), this, Interval, Interval);
    }

    /// <summary>How long a step is.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The steps until now, the oldest first.</summary>
    public IReadOnlyList<TrafficPoint> Points
    {
        get
        {
            lock (gate)
            {
                return [.. points];
            }
        }
    }

    /// <summary>All since the start.</summary>
    public TrafficPoint SinceStart(TimeSpan uptime) => Point(Now(), null, uptime);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Add()
    {
        lock (gate)
        {
            long at = time.GetTimestamp();
            Totals now = Now();
            points.Enqueue(Point(now, last, time.GetElapsedTime(lastAt, at)));
            (last, lastAt) = (now, at);
            if (points.Count > MostPoints)
            {
                points.Dequeue();
            }
        }
    }

    private TrafficPoint Point(Totals now, Totals? before, TimeSpan span)
    {
        TrafficTimes hit = Times(now.Hit, before?.Hit), miss = Times(now.Miss, before?.Miss), asked = Times(now.Backend, before?.Backend);
        return new(
            time.GetUtcNow(), span.TotalSeconds, now.Requests - (before?.Requests ?? 0),
            hit.Count + miss.Count, hit.Count, hit, miss, asked);

        static TrafficTimes Times(LatencySnapshot now, LatencySnapshot? before) =>
            TrafficTimes.Of(before is null ? now : now.Since(before));
    }

    private Totals Now()
    {
        OperationStatistics[] all = [.. metrics.Operations], reads = [.. all.Where(operation => Reads.Contains(operation.Operation))];
        return new(
            all.Sum(operation => operation.Succeeded + operation.Refused + operation.Failed),
            LatencySnapshot.Sum(reads.Select(operation => operation.Hits.Snapshot())),
            LatencySnapshot.Sum(reads.Select(operation => operation.Others.Snapshot())),
            backend.Snapshot());
    }

    private sealed record Totals(long Requests, LatencySnapshot Hit, LatencySnapshot Miss, LatencySnapshot Backend);
}
