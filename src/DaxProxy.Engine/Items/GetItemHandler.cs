using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>GetItem.</summary>
internal sealed class GetItemHandler(TableReads reads, ThroughputGuard? throughput)
{
    public Reply Execute(GetItem request) =>
        reads.Run((request, throughput), static (ref scope, asked) => Read(ref scope, asked.request, asked.throughput));

    private static Reply Read(ref ReadScope scope, GetItem request, ThroughputGuard? throughput)
    {
        if (scope.Find(request.TableName) is not { } table)
        {
            return new ErrorReply(TableFaults.NotFound);
        }

        if ((KeyRules.CheckKey(table.KeySchema, request.Key.Value!)
            ?? KeyRules.CheckPaths(table.Info, request.Projection?.Paths)) is { } error)
        {
            return new ErrorReply(error);
        }

        RowKey row = RowKey.Of(table.KeySchema, request.Key.Value!);
        StoredItem? stored = scope.Read(
            request.ConsistentRead ? ReplicaKind.Leader : ReplicaKind.OfTable,
            (table.Id, Row: row),
            static (session, at) => session.FindItem(at.Id, at.Row));
        Item? item = stored?.Item;
        ConsumedCapacity capacity = new(table.Name, Capacity.ReadUnits(item?.SizeBytes ?? 0, request.ConsistentRead));
        if (throughput?.Charge(Share.OfRead(table, row.Hash, capacity.TableUnits)) is { } refusal)
        {
            return new ErrorReply(refusal);
        }

        if (item is not null && request.Projection is not null)
        {
            item = Item.FromAttributes(request.Projection.Apply(item.Open()));
        }

        return new GetItemReply(item, capacity.Shown(request.ReturnConsumedCapacity));
    }
}
