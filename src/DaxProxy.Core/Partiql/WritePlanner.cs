using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>Makes a native write of INSERT, UPDATE, DELETE or EXISTS, with the faults that depend on the table's key.</summary>
internal static class WritePlanner
{
    /// <summary>The operation, checked as far as it can be without the table; null exactly when an error is returned.</summary>
    public static DynamoError? TryPlan(
        BoundStatement statement, TableInfo table, bool returnItemOnFailure, ReturnConsumedCapacity capacity, out WriteOperation? write)
    {
        write = null;
        AttributeMap key = [];
        IReadOnlyList<ConditionNode> rest = [];
        if (statement is not BoundStatement.Insert && !KeyTerms.TryTakeKey(statement.Where, table.KeySchema, out key, out rest))
        {
            return statement is BoundStatement.Exists ? PartiqlFaults.ExistsNeedsCondition : PartiqlFaults.NoKeyEquality;
        }

        // An item exists where its partition key does.
        DocumentPath hash = new(table.KeySchema.HashName);
        switch (statement)
        {
            case BoundStatement.Insert insert:
                write = new PutItem
                {
                    TableName = table.TableName,
                    Item = insert.Item,
                    Condition = new ConditionExpression(new ConditionNode.NotExists(hash)),
                    ReturnConsumedCapacity = capacity,
                };
                break;
            case BoundStatement.Update update:
                write = new UpdateItem
                {
                    TableName = table.TableName,
                    Key = key,
                    Update = update.Change,
                    Condition = ConditionOf([new ConditionNode.Exists(hash), .. rest]),
                    ReturnValues = update.Returning,
                    ReturnItemOnConditionFailure = returnItemOnFailure,
                    ReturnConsumedCapacity = capacity,
                };
                break;
            case BoundStatement.Delete delete:
                write = new DeleteItem
                {
                    TableName = table.TableName,
                    Key = key,
                    Condition = ConditionOf(rest),
                    ReturnValues = delete.Returning,
                    ReturnItemOnConditionFailure = returnItemOnFailure,
                    ReturnConsumedCapacity = capacity,
                };
                break;
            case BoundStatement.Exists when rest.Count != 1:
                return PartiqlFaults.ExistsNeedsCondition;
            case BoundStatement.Exists:
                write = new ConditionCheck
                {
                    TableName = table.TableName,
                    Key = key,
                    Condition = ConditionOf(rest),
                    ReturnItemOnConditionFailure = returnItemOnFailure,
                };
                break;
            default:
                throw new UnreachableException();
        }

        DynamoError? error = write.Validate(ValidationLayer.Older);
        write = error is null ? write : null;
        return error;
    }

    private static ConditionExpression? ConditionOf(IReadOnlyList<ConditionNode> terms) =>
        KeyTerms.All(terms) is { } condition ? new ConditionExpression(condition) : null;
}
