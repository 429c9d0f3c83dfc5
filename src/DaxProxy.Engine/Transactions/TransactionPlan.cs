using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transactions;

/// <summary>
/// The checks of a transaction against its tables, in the service's order: unknown tables, empty keys and repeated items refuse the
/// request; anything else that does not fit is one action's reason for the cancellation.
/// </summary>
internal static class TransactionPlan
{
    /// <summary>Plans every action; the plan is complete exactly when no error is returned.</summary>
    public static DynamoError? TryPlan(EngineCatalog catalog, TransactWriteItems request, out List<PlannedAction> plan)
    {
        plan = [];
        foreach (WriteOperation action in request.Actions.OfType<WriteOperation>())
        {
            if (catalog.Find(action.TableName) is not { } table)
            {
                return TableFaults.NotFound;
            }

            AttributeMap attributes = TransactWriteItems.AttributesOf(action);
            if ((FindEmptyKey(table.KeySchema, attributes) ?? ItemRules.FindEmptyIndexKey(table, action)) is { } error)
            {
                return error;
            }

            DynamoError? fault = Check(table, action, attributes);
            plan.Add(new PlannedAction(action, table, fault is null ? RowKey.Of(table.KeySchema, attributes) : default, fault));
        }

        return HasRepeatedItem(plan.Where(planned => planned.Fault is null).Select(planned => (planned.Table, planned.Row)))
            ? TransactionFaults.SameItem
            : null;
    }

    /// <summary>An empty string or binary in a key, which refuses a request as a whole.</summary>
    public static DynamoError? FindEmptyKey(KeySchema schema, AttributeMap attributes)
    {
        foreach (string name in schema.Names)
        {
            if (attributes.TryGetValue(name, out AttributeValue? value)
                && value.Type is AttributeType.S or AttributeType.B && KeyRules.LengthOf(value!) == 0)
            {
                return TableFaults.EmptyKey(name, value!.Type == AttributeType.B);
            }
        }

        return null;
    }

    /// <summary>Whether two actions mean one item.</summary>
    public static bool HasRepeatedItem(IEnumerable<(EngineTable Table, RowKey Row)> items)
    {
        HashSet<(long, ItemKey)> seen = [];
        return items.Any(item => !seen.Add((item.Table.Id, new ItemKey(item.Row.Key))));
    }

    private static DynamoError? Check(EngineTable table, WriteOperation action, AttributeMap attributes)
    {
        DynamoError? error = action is PutItem
            ? ItemRules.CheckItem(table, attributes)
            : KeyRules.CheckKey(table.KeySchema, attributes);
        return error
            ?? (action is UpdateItem { Update: { } update } ? ItemRules.CheckUpdate(table, update) : null)
            ?? KeyRules.CheckPaths(table.Info, action.Condition?.Paths);
    }
}
