using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Telemetry;

/// <summary>The outermost backend: counts and times what it passes on, and changes nothing.</summary>
internal sealed class ObservedBackend(IDynamoBackend inner, Metrics metrics) : IDynamoBackend
{
    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        OperationStatistics statistics = metrics.Of(operation.Name);
        long startedAt = statistics.Start();
        ValueTask<Reply> pending;
        try
        {
            pending = inner.ExecuteAsync(operation, cancellationToken);
        }
        catch
        {
            statistics.CountFailure();
            throw;
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return ObserveAsync(pending, statistics, startedAt);
        }

        Reply reply = pending.Result;
        statistics.Count(reply, startedAt);
        return new ValueTask<Reply>(reply);
    }

    private static async ValueTask<Reply> ObserveAsync(ValueTask<Reply> pending, OperationStatistics statistics, long startedAt)
    {
        try
        {
            Reply reply = await pending.ConfigureAwait(false);
            statistics.Count(reply, startedAt);
            return reply;
        }
        catch
        {
            statistics.CountFailure();
            throw;
        }
    }
}
