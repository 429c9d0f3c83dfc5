using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>GetItem.</summary>
internal sealed class GetItemHandler(TableReads reads, Consumption consumption)
{
    public Reply Execute(GetItem request) =>
        reads.Run((request, consumption), static (ref scope, asked) => Read(ref scope, asked.request, asked.consumption));

    private static Reply Read(ref ReadScope scope, GetItem request, Consumption consumption)
    {
        if (scope.Find(request.TableName) is not { } table)
        {
            return new ErrorReply(TableFaults.NotFound);
        }

        if ((KeyRules.CheckKey(table.KeySchema, request.Key.Value!)
            ?? (request.Projection is { } wanted ? KeyRules.CheckPaths(table.Info, wanted.Paths) : null)) is { } error)
        {
            return new ErrorReply(error);
        }

        RowKey row = RowKey.Of(table.KeySchema, request.Key.Value!);
        Item? item = scope.FindItem(request.ConsistentRead ? ReplicaKind.Leader : ReplicaKind.OfTable, table.Id, row)?.Item;
        ConsumedCapacity capacity = new(table.Name, Capacity.ReadUnits(item?.SizeBytes ?? 0, request.ConsistentRead));
        if (consumption.TryRead(table, row, request.Key.Value!, capacity.TableUnits) is { } refusal)
        {
            return new ErrorReply(refusal);
        }

        if (item is not null && request.Projection is { } projection)
        {
            item = Item.FromAttributes(projection.Apply(item.Open()));
        }

        return new GetItemReply(item, capacity.Shown(request.ReturnConsumedCapacity));
    }
}
