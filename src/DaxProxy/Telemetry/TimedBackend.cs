using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Telemetry;

/// <summary>The innermost backend with a clock: how long it takes to answer what the caches do not. Changes nothing.</summary>
internal sealed class TimedBackend(IDynamoBackend inner, TimeProvider time) : IDynamoBackend
{
    /// <summary>How long answers took, whatever they were.</summary>
    public LatencyHistogram Latency { get; } = new();

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
            return TimeAsync(pending, startedAt);
        }

        Record(startedAt);
        return pending;
    }

    private async ValueTask<Reply> TimeAsync(ValueTask<Reply> pending, long startedAt)
    {
        Reply reply = await pending.ConfigureAwait(false);
        Record(startedAt);
        return reply;
    }

    private void Record(long startedAt) => Latency.Record(time.GetElapsedTime(startedAt).Ticks * TimeSpan.NanosecondsPerTick);
}
