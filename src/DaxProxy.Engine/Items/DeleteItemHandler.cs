using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>DeleteItem.</summary>
internal sealed class DeleteItemHandler(
    EngineCatalog catalog, WriteQueue writes, ItemWriter writer, ItemLocks locks, Consumption consumption)
    : WriteHandler(catalog, writes, locks, consumption)
{
    public ValueTask<Reply> ExecuteAsync(DeleteItem request)
    {
        if (FindTable(request) is not { } table)
        {
            return new(new ErrorReply(TableFaults.NotFound));
        }

        AttributeMap key = request.Key.Value!;
        if ((KeyRules.CheckKey(table.KeySchema, key) ?? CheckCondition(table, request)) is { } error)
        {
            return new(new ErrorReply(error));
        }

        RowKey row = RowKey.Of(table.KeySchema, key);
        return new(RunAsync(
            request,
            table,
            row,
            rows => writer.Delete(rows, table, row, key, ConditionOf(request)),
            effect => request.ReturnValues == ReturnValues.ALL_OLD ? effect.Old?.Item : null));
    }
}
