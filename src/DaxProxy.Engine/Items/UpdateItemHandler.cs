using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>UpdateItem.</summary>
internal sealed class UpdateItemHandler(
    EngineCatalog catalog, WriteQueue writes, ItemWriter writer, ItemLocks locks, Consumption consumption, ValidationProfile profile)
    : WriteHandler(catalog, writes, locks, consumption)
{
    public ValueTask<Reply> ExecuteAsync(UpdateItem request)
    {
        if (FindTable(request) is not { } table)
        {
            return new(new ErrorReply(TableFaults.NotFound));
        }

        AttributeMap key = request.Key.Value!;
        DynamoError? error = KeyRules.CheckKey(table.KeySchema, key)
            ?? (request.Update is null ? null : ItemRules.CheckUpdate(table, request.Update))
            ?? CheckCondition(table, request)
            ?? CheckCharge(request);
        if (error is not null)
        {
            return new(new ErrorReply(error));
        }

        RowKey row = RowKey.Of(table.KeySchema, key);
        return new(RunAsync(
            request,
            table,
            row,
            rows => writer.Update(rows, table, row, key, request.Update, ConditionOf(request)),
            effect => Returned(request, effect)));
    }

    /// <summary>
    /// Comes before the condition, which is not evaluated then. Whether it comes before or after what else can be wrong is not known.
    /// </summary>
    private DynamoError? CheckCharge(UpdateItem request) =>
        profile.LimitsCharges && request.Update?.ChargedBytes > ItemSize.MaxItemBytes ? RequestFaults.UpdatedItemTooLarge : null;

    private static Item? Returned(UpdateItem request, WriteEffect effect) => request.ReturnValues switch
    {
        ReturnValues.ALL_OLD => effect.Old?.Item,
        ReturnValues.ALL_NEW => effect.New?.Item,
        ReturnValues.UPDATED_OLD => Targeted(request, effect.Old),
        ReturnValues.UPDATED_NEW => Targeted(request, effect.New),
        _ => null,
    };

    private static Item? Targeted(UpdateItem request, StoredItem? image) =>
        request.Update?.Pick(image?.Item.Open()) is { } attributes ? Item.FromAttributes(attributes) : null;
}
