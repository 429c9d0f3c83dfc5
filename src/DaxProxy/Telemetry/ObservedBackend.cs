using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Telemetry;

/// <summary>The outermost backend of one wire: counts and times what it passes on, and changes nothing.</summary>
internal sealed class ObservedBackend(IDynamoBackend inner, Frontend wire, Metrics metrics) : IDynamoBackend
{
    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        OperationStatistics statistics = metrics.Of(wire, operation.Name);
        long startedAt = statistics.Start();
        ValueTask<Reply> pending;
        try
        {
            pending = inner.ExecuteAsync(operation, cancellationToken);
        }
        catch
        {
            statistics.CountFailure(startedAt);
            ObservedRequest.Current?.NoteAsked(operation);
            throw;
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return ObserveAsync(pending, operation, statistics, startedAt);
        }

        Reply reply = pending.Result;
        statistics.Count(reply, startedAt);
        ObservedRequest.Current?.Note(operation, reply);
        return new ValueTask<Reply>(reply);
    }

    private static async ValueTask<Reply> ObserveAsync(
        ValueTask<Reply> pending, Operation operation, OperationStatistics statistics, long startedAt)
    {
        try
        {
            Reply reply = await pending.ConfigureAwait(false);
            statistics.Count(reply, startedAt);
            ObservedRequest.Current?.Note(operation, reply);
            return reply;
        }
        catch
        {
            statistics.CountFailure(startedAt);
            ObservedRequest.Current?.NoteAsked(operation);
            throw;
        }
    }
}
