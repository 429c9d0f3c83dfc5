using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Telemetry;

/// <summary>The innermost backend with a clock: how long it takes to answer what the caches do not. Changes nothing.</summary>
internal sealed class TimedBackend(IDynamoBackend inner, TimeProvider time) : IDynamoBackend
{
    private readonly ConcurrentDictionary<string, Histogram<double>> durations = new(StringComparer.Ordinal);
    private Meter? meter;

    /// <summary>How long all answers took, refusals included.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Shows how long answers take as an instrument, from now on.</summary>
    public void ShowOn(Meter shown) => meter = shown;

    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        long startedAt = time.GetTimestamp();
        ValueTask<Reply> pending = inner.ExecuteAsync(operation, cancellationToken);
        if (!pending.IsCompletedSuccessfully)
        {
            return TimeAsync(pending, operation, startedAt);
        }

        Record(operation, startedAt);
        return pending;
    }

    private async ValueTask<Reply> TimeAsync(ValueTask<Reply> pending, Operation operation, long startedAt)
    {
        Reply reply = await pending.ConfigureAwait(false);
        Record(operation, startedAt);
        return reply;
    }

    private void Record(Operation operation, long startedAt)
    {
        TimeSpan elapsed = time.GetElapsedTime(startedAt);
        Latency.Record(elapsed.Ticks * TimeSpan.NanosecondsPerTick);
        if (meter is not null)
        {
            durations.GetOrAdd(
                operation.Name,
                static (name, meter) => meter.CreateHistogram<double>(
                    "daxproxy.backend.duration",
                    "seconds",
                    "How long the backend took to answer, repetitions included.",
                    [new("operation", name)]),
                meter).Record(elapsed.TotalSeconds);
        }
    }
}
