using System.Collections.Concurrent;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Transactions;

/// <summary>TransactWriteItems: one change of the write queue, undone as a whole when an action cannot be made.</summary>
internal sealed class TransactWriteItemsHandler(
    EngineCatalog catalog, WriteQueue writes, ItemWriter writer, ItemLocks locks, Consumption consumption, TimeProvider time)
{
    /// <summary>Most bytes of items in one transaction. Source: the service's documentation.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    /// <summary>How long a token is remembered. Source: the service's documentation.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, byte> runningTokens = new(StringComparer.Ordinal);

    public async Task<Reply> ExecuteAsync(TransactWriteItems request)
    {
        if (TransactionPlan.TryPlan(catalog, request, out List<PlannedAction> plan) is { } error)
        {
            return new ErrorReply(error);
        }

        if (request.Actions.OfType<PutItem>().Sum(put => (long)ItemSize.Of(put.Item.Value!)) > MaxBytes)
        {
            return new ErrorReply(TransactionFaults.TooLarge);
        }

        string? token = request.ClientRequestToken;
        if (token is not null && !runningTokens.TryAdd(token, 0))
        {
            return new ErrorReply(TransactionFaults.InProgress);
        }

        try
        {
            return await RunLockedAsync(request, plan).ConfigureAwait(false);
        }
        finally
        {
            if (token is not null)
            {
                runningTokens.TryRemove(token, out _);
            }
        }
    }

    private async Task<Reply> RunLockedAsync(TransactWriteItems request, List<PlannedAction> plan)
    {
        object owner = new();
        List<PlannedAction> possible = plan.FindAll(planned => planned.Fault is null);
        try
        {
            HashSet<PlannedAction> conflicting =
                [.. possible.Where(planned => !locks.TryTake(planned.Table, planned.Row, owner))];
            if (conflicting.Count > 0)
            {
                return Cancelled(plan.ConvertAll(planned =>
                    conflicting.Contains(planned) ? CancellationReason.Conflict : CancellationReason.None));
            }

            return await RunAsync(request, plan).ConfigureAwait(false);
        }
        finally
        {
            possible.ForEach(planned => locks.Release(planned.Table, planned.Row, owner));
        }
    }

    private async Task<Reply> RunAsync(TransactWriteItems request, List<PlannedAction> plan)
    {
        WriteAccount? account = consumption.Guard is { } guard ? new WriteAccount(guard) : null;
        Outcome outcome = await writes.RunAsync(
            ClientWrite.Of(request),
            rows => Write(rows, request, plan, account),
            static outcome => outcome.Effects?.ForEach(effect => effect.PublishTotals())).ConfigureAwait(false);
        account?.Settle();
        outcome.Counted?.ForEach(one => consumption.Contributors.NoteWrite(one.Effect, one.Row, one.Throttled, TransactionCapacity.Factor));
        return outcome.Reply ?? new TransactWriteItemsReply
        {
            Images = outcome.Effects!.ConvertAll(WriteImages? (effect) => effect.Images),
            ConsumedCapacity = TransactionCapacity.OfWrites(outcome.Effects, request.ReturnConsumedCapacity),
            ItemCollectionMetrics = request.ReturnItemCollectionMetrics ? BatchWriteItemHandler.Collections(outcome.Effects) : null,
        };
    }

    private Outcome Write(ItemRows rows, TransactWriteItems request, List<PlannedAction> plan, WriteAccount? account)
    {
        account?.Clear();
        Session session = rows.Session;
        if (request.ClientRequestToken is { } token && FindToken(session, token) is { } digest)
        {
            return new Outcome(
                digest.AsSpan().SequenceEqual(request.ComputeDigest())
                    ? Repeated(session, request, plan, account)
                    : new ErrorReply(TransactionFaults.TokenMismatch),
                null);
        }

        session.Statement("SAVEPOINT actions").Run();
        List<WriteEffect> effects = plan.ConvertAll(planned => Write(rows, planned));

        // What does not fit a table costs nothing, nor what stands beside it.
        List<DynamoError?>? refusals = plan.Exists(planned => planned.Fault is not null)
            ? null
            : account?.TryTakeAll(TransactionCapacity.SharesOf(plan.Zip(effects, (planned, effect) => (planned.Row, effect))));
        if (refusals is not null || effects.Exists(effect => effect.Error is not null))
        {
            session.Statement("ROLLBACK TO actions").Run();
            session.Statement("RELEASE actions").Run();
            bool isThrottled = effects.TrueForAll(effect => effect.Error is null);
            return new Outcome(
                Cancelled(
                    CancellationReason.OfAll(effects.Select((effect, i) => refusals?[i] ?? effect.Error)),
                    isThrottled ? KnownEffect.None : KnownEffect.AsAnswered),
                null)
            {
                // Where some were throttled, those alone: the others took nothing.
                Counted = plan.Exists(planned => planned.Fault is not null)
                    ? null
                    : Counted(plan, effects, refusals)?.FindAll(one => refusals is null || one.Throttled is not null),
            };
        }

        session.Statement("RELEASE actions").Run();
        if (request.ClientRequestToken is not null)
        {
            StoreToken(session, request.ClientRequestToken, request.ComputeDigest());
        }

        return new Outcome(null, effects) { Counted = Counted(plan, effects, null) };
    }

    private List<(WriteEffect Effect, RowKey Row, DynamoError? Throttled)>? Counted(
        List<PlannedAction> plan, List<WriteEffect> effects, List<DynamoError?>? refusals) =>
        consumption.Contributors.IsCounting ? [.. plan.Select((planned, i) => (effects[i], planned.Row, refusals?[i]))] : null;

    private WriteEffect Write(ItemRows rows, PlannedAction planned)
    {
        if (planned.Fault is not null)
        {
            return new WriteEffect(planned.Table) { Error = planned.Fault };
        }

        WriteCondition condition = new(planned.Action.Condition, planned.Action.ReturnItemOnConditionFailure);
        switch (planned.Action)
        {
            case PutItem put:
                AttributeMap attributes = put.Item.Value!;
                StoredItem item = new(
                    Item.FromAttributes(attributes), ItemSize.OnPage(attributes, planned.Table.KeySchema.RangeName));
                return writer.Put(rows, planned.Table, planned.Row, attributes, item, condition);
            case UpdateItem update:
                return writer.Update(rows, planned.Table, planned.Row, update.Key.Value!, update.Update, condition);
            case DeleteItem delete:
                return writer.Delete(rows, planned.Table, planned.Row, delete.Key.Value!, condition);
            default:
                return writer.Check(rows, planned.Table, planned.Row, condition);
        }
    }

    private byte[]? FindToken(Session session, string token)
    {
        Statement find = session.Statement("SELECT digest FROM tokens WHERE token = ?1 AND completed_at > ?2")
            .Bind(1, token).Bind(2, (time.GetUtcNow() - TokenLifetime).ToUnixTimeMilliseconds());
        byte[]? digest = find.Step() ? find.Blob(0).ToArray() : null;
        find.Reset();
        return digest;
    }

    private void StoreToken(Session session, string token, byte[] digest)
    {
        DateTimeOffset now = time.GetUtcNow();
        session.Statement("DELETE FROM tokens WHERE completed_at <= ?1").Bind(1, (now - TokenLifetime).ToUnixTimeMilliseconds()).Run();
        session.Statement("INSERT OR REPLACE INTO tokens (token, digest, completed_at) VALUES (?1, ?2, ?3)")
            .Bind(1, token).Bind(2, digest).Bind(3, now.ToUnixTimeMilliseconds()).Run();
    }

    /// <summary>A repetition has no effect; what it consumes are the reads of its items.</summary>
    private static Reply Repeated(Session session, TransactWriteItems request, List<PlannedAction> plan, WriteAccount? account)
    {
        List<(EngineTable Table, RowKey Row, int Bytes)> items =
        [
            .. plan.Where(planned => planned.Fault is null).Select(planned =>
                (planned.Table, planned.Row, session.FindItem(planned.Table.Id, planned.Row)?.Item.SizeBytes ?? 0)),
        ];
        return account?.TryTakeAll(TransactionCapacity.SharesOf(items)) is { } refusals
            ? Cancelled(CancellationReason.OfAll(refusals), KnownEffect.None)
            : new TransactWriteItemsReply
            {
                ConsumedCapacity = TransactionCapacity.OfReads(
                    items.Select(item => (item.Table, item.Bytes)), request.ReturnConsumedCapacity),
            };
    }

    /// <summary>
    /// The refusal. Where it is for lack of throughput alone, nothing that the client thought of the items was wrong, so nothing that is
    /// cached of them is.
    /// </summary>
    private static ErrorReply Cancelled(List<CancellationReason> reasons, KnownEffect effect = KnownEffect.AsAnswered) =>
        new(TransactionFaults.Cancelled(reasons)) { Effect = effect };

    /// <summary>Either a reply that is complete, or the effects of what was written.</summary>
    private sealed record Outcome(Reply? Reply, List<WriteEffect>? Effects)
    {
        /// <summary>What took units, or was throttled; null where nothing did.</summary>
        public List<(WriteEffect Effect, RowKey Row, DynamoError? Throttled)>? Counted { get; init; }
    }
}
