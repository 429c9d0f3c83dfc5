using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Transactions;

/// <summary>TransactGetItems: all items as of one moment, or none where a transaction is writing one of them.</summary>
internal sealed class TransactGetItemsHandler(TableReads reads, ItemLocks locks, ThroughputGuard? throughput)
{
    public Reply Execute(TransactGetItems request) => reads.Run(request, Read);

    private Reply Read(ref ReadScope scope, TransactGetItems request)
    {
        List<(GetItem Get, EngineTable Table, RowKey Row, DynamoError? Fault)> plan = [];
        foreach (GetItem get in request.Gets)
        {
            if (scope.Find(get.TableName) is not { } table)
            {
                return new ErrorReply(TableFaults.NotFound);
            }

            AttributeMap key = get.Key.Value!;
            if (TransactionPlan.FindEmptyKey(table.KeySchema, key) is { } error)
            {
                return new ErrorReply(error);
            }

            DynamoError? fault = KeyRules.CheckKey(table.KeySchema, key)
                ?? KeyRules.CheckPaths(table.Info, get.Projection?.Paths);
            plan.Add((get, table, fault is null ? RowKey.Of(table.KeySchema, key) : default, fault));
        }

        if (TransactionPlan.HasRepeatedItem(plan.Where(read => read.Fault is null).Select(read => (read.Table, read.Row))))
        {
            return new ErrorReply(TransactionFaults.SameItem);
        }

        List<CancellationReason> reasons = plan.ConvertAll(read => read.Fault is { } fault
            ? CancellationReason.Of(fault)
            : locks.IsHeld(read.Table, read.Row) ? CancellationReason.Conflict : CancellationReason.None);
        if (reasons.Exists(reason => reason != CancellationReason.None))
        {
            return new ErrorReply(TransactionFaults.Cancelled(reasons));
        }

        List<Item?> items = scope.Read(plan, static (session, plan) => session.InOneSnapshot(
            () => plan.ConvertAll(read => session.FindItem(read.Table.Id, read.Row)?.Item)));
        if (throughput?.TryTakeAll(TransactionCapacity.SharesOf(
            plan.Zip(items, (read, item) => (read.Table, read.Row, item?.SizeBytes ?? 0)))) is { } refusals)
        {
            return new ErrorReply(TransactionFaults.Cancelled(CancellationReason.OfAll(refusals)));
        }

        return new TransactGetItemsReply
        {
            Responses = [.. items.Zip(request.Gets, Project)],
            ConsumedCapacity = TransactionCapacity.OfReads(
                plan.Zip(items, (read, item) => (read.Table, item?.SizeBytes ?? 0)), request.ReturnConsumedCapacity),
        };
    }

    /// <summary>What is shown of an item. One of which nothing is shown answers like one that is not there.</summary>
    private static Item? Project(Item? item, GetItem get)
    {
        if (item is null || get.Projection is null)
        {
            return item;
        }

        AttributeMap shown = get.Projection.Apply(item.Open());
        return shown.Count == 0 ? null : Item.FromAttributes(shown);
    }
}
