using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>
/// What the handlers of PutItem, UpdateItem and DeleteItem share: finding the table, queueing the change, wording the answer.
/// </summary>
internal abstract class WriteHandler(EngineCatalog catalog, WriteQueue writes, ItemLocks locks, Consumption consumption)
{
    private const long BytesOfGigabyte = 1L << 30;

    /// <summary>The table of a request; null when there is none.</summary>
    protected EngineTable? FindTable(WriteOperation request) => catalog.Find(request.TableName);

    protected static WriteCondition ConditionOf(WriteOperation request) => new(request.Condition, request.ReturnItemOnConditionFailure);

    protected static DynamoError? CheckCondition(EngineTable table, WriteOperation request) =>
        KeyRules.CheckPaths(table.Info, request.Condition?.Paths);

    /// <summary>Makes the change and answers it.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="table">The table.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="change">The change.</param>
    /// <param name="returned">The attributes to return, given the effect.</param>
    protected async Task<Reply> RunAsync(
        WriteOperation request, EngineTable table, RowKey row, Func<ItemRows, WriteEffect> change, Func<WriteEffect, Item?> returned)
    {
        if (locks.IsHeld(table, row))
        {
            return new ErrorReply(TransactionFaults.Conflict);
        }

        ThroughputGuard? guard = consumption.Guard;
        WriteAccount? account = guard?.IsEnforced(table.Name) == true ? new WriteAccount(guard) : null;
        WriteEffect effect = await writes.RunAsync(
            ClientWrite.Of(request),
            account is null ? change : Metered(account, table, row, change),
            static effect => effect.PublishTotals()).ConfigureAwait(false);
        if (account is null)
        {
            guard?.NoteWrite(effect, row);
        }
        else
        {
            account.Settle();
        }

        consumption.Contributors.NoteWrite(effect, row, effect.IsThrottled ? effect.Error : null);
        if (effect.Error is { } error)
        {
            return new ErrorReply(error);
        }

        return new WriteReply
        {
            Attributes = returned(effect),
            ConsumedCapacity = effect.ConsumedCapacity.Shown(request.ReturnConsumedCapacity),
            ItemCollectionMetrics = request.ReturnItemCollectionMetrics ? CollectionOf(effect) : null,
            Images = effect.Images,
        };
    }

    private static Func<ItemRows, WriteEffect> Metered(
        WriteAccount account, EngineTable table, RowKey row, Func<ItemRows, WriteEffect> change) => rows =>
        {
            account.Clear();
            return account.Make(rows, table, row, change);
        };

    /// <summary>
    /// The collection of the item written, whether or not there is one; null for tables without local indexes, which have none.
    /// </summary>
    public static ItemCollectionMetrics? CollectionOf(WriteEffect effect)
    {
        if (!effect.Table.HasLocalIndex || effect.PartitionKey is null)
        {
            return null;
        }

        int gigabytes = (int)(effect.CollectionBytes / BytesOfGigabyte);
        return new ItemCollectionMetrics(
            new AttributeMap { [effect.Table.KeySchema.HashName] = effect.PartitionKey }, gigabytes, gigabytes + 1);
    }
}
