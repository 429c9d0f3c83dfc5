using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>PutItem.</summary>
internal sealed class PutItemHandler(
    EngineCatalog catalog, WriteQueue writes, ItemWriter writer, ItemLocks locks, Consumption consumption)
    : WriteHandler(catalog, writes, locks, consumption)
{
    public ValueTask<Reply> ExecuteAsync(PutItem request)
    {
        if (FindTable(request) is not { } table)
        {
            return new(new ErrorReply(TableFaults.NotFound));
        }

        AttributeMap attributes = request.Item.Value!;
        if ((ItemRules.CheckItem(table, attributes) ?? CheckCondition(table, request)) is { } error)
        {
            return new(new ErrorReply(error));
        }

        RowKey row = RowKey.Of(table.KeySchema, attributes);
        StoredItem item = new(Item.FromAttributes(attributes), ItemSize.OnPage(attributes, table.KeySchema.RangeName));
        return new(RunAsync(
            request,
            table,
            row,
            rows => writer.Put(rows, table, row, attributes, item, ConditionOf(request)),
            effect => request.ReturnValues == ReturnValues.ALL_OLD ? effect.Old?.Item : null));
    }
}
