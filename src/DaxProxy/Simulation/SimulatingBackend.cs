using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Simulation;

/// <summary>A backend that lets go wrong what is to go wrong, around one that knows nothing of it. Thread-safe.</summary>
/// <remarks>
/// It stands outside the caches: a request that is refused never gets to them, and one whose answer is lost has gone through them as any
/// other, so that they hold what it wrote. What comes late is carried out at once and waits afterwards: a client that gives up has then
/// written all the same.
/// </remarks>
/// <param name="inner">Who answers.</param>
/// <param name="caching">The caches within it; null where there are none.</param>
/// <param name="simulation">What is to go wrong.</param>
/// <param name="time">The clock.</param>
internal sealed class SimulatingBackend(
    IDynamoBackend inner, CacheLayer? caching, FaultSimulation simulation, TimeProvider time) : IDynamoBackend
{
    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
        (simulation.Running is null && operation.Faults is null) || simulation.PlanFor(operation, caching) is not { } plan
            ? inner.ExecuteAsync(operation, cancellationToken)
            : ExecuteAsync(operation, plan, cancellationToken);

    private async ValueTask<Reply> ExecuteAsync(Operation operation, FaultPlan plan, CancellationToken cancellationToken)
    {
        FaultKind? fate = plan.Draw.FateOf(plan.Faults);
        TimeSpan latency = plan.Draw.LatencyOf(plan.Faults);
        Reply reply = fate is { } fault && fault != FaultKind.Lost
            ? await RefuseAsync(operation, plan, fault, cancellationToken).ConfigureAwait(false)
            : await ExecutePartAsync(operation, plan, cancellationToken).ConfigureAwait(false);
        if (latency > TimeSpan.Zero)
        {
            simulation.Count(plan, FaultKind.Latency);
            reply = Marked(reply, FaultKind.Latency);
            await Task.Delay(latency, time, cancellationToken).ConfigureAwait(false);
        }

        if (fate != FaultKind.Lost)
        {
            return reply;
        }

        simulation.Count(plan, FaultKind.Lost);
        return new LostReply(reply);
    }

    private ValueTask<Reply> RefuseAsync(Operation operation, FaultPlan plan, FaultKind fault, CancellationToken cancellationToken)
    {
        simulation.Count(plan, fault);
        DynamoError error = SimulatedErrors.Of(fault, operation, simulation.ArnOf(plan.Table));
        if (error.IsThrottling && operation is BatchExecuteStatement batch)
        {
            // Its statements are answered each for itself.
            return RefuseStatementsAsync(batch, error, static _ => true, fault, cancellationToken);
        }

        error = SimulatedErrors.OfWhole(error, operation, table => TableCatalog.PlainName(table) == plan.Table || plan.Table.Length == 0);
        return new(new ErrorReply(error) { Cache = CacheStatus.Bypass.Simulated(FaultKinds.NameOf(fault)), Effect = KnownEffect.None });
    }

    /// <summary>Carries out a request, but for the items of a batch that are handed back.</summary>
    private ValueTask<Reply> ExecutePartAsync(Operation operation, FaultPlan plan, CancellationToken cancellationToken)
    {
        bool IsDone(int position) => !plan.Draw.IsUnprocessed(plan.Faults, position);
        DynamoError refusal = SimulatedErrors.Of(FaultKind.Throttle, operation, simulation.ArnOf(plan.Table));
        return plan.Faults.Unprocessed == 0 ? inner.ExecuteAsync(operation, cancellationToken) : operation switch
        {
            BatchGetItem read => SplitAsync(SplitBatch.Of(read, IsDone)),
            BatchWriteItem write => SplitAsync(SplitBatch.Of(write, IsDone)),
            BatchExecuteStatement batch when batch.Statements.Index().Any(one => !IsDone(one.Index)) =>
                RefusePartAsync(batch),
            _ => inner.ExecuteAsync(operation, cancellationToken),
        };

        ValueTask<Reply> RefusePartAsync(BatchExecuteStatement batch)
        {
            simulation.Count(plan, FaultKind.Unprocessed);
            return RefuseStatementsAsync(batch, refusal, position => !IsDone(position), FaultKind.Unprocessed, cancellationToken);
        }

        async ValueTask<Reply> SplitAsync(SplitBatch split)
        {
            if (split.IsWhole)
            {
                return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            }

            simulation.Count(plan, FaultKind.Unprocessed);

            // As the service does: a batch of which nothing can be done is refused.
            Reply reply = split.Rest is null
                ? new ErrorReply(refusal) { Effect = KnownEffect.None }
                : split.Join(await inner.ExecuteAsync(split.Rest, cancellationToken).ConfigureAwait(false));
            return Marked(reply, FaultKind.Unprocessed);
        }
    }

    private async ValueTask<Reply> RefuseStatementsAsync(
        BatchExecuteStatement batch, DynamoError error, Predicate<int> isRefused, FaultKind fault, CancellationToken cancellationToken)
    {
        for (int at = 0; at < batch.Statements.Count; at++)
        {
            if (isRefused(at))
            {
                batch.Statements[at].Refusal ??= error;
            }
        }

        return Marked(await inner.ExecuteAsync(batch, cancellationToken).ConfigureAwait(false), fault);
    }

    private static Reply Marked(Reply reply, FaultKind fault) =>
        reply.WithCache((reply.Cache ?? CacheStatus.Bypass).Simulated(FaultKinds.NameOf(fault)));
}
