using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Makes expressions of a statement's terms; finds every fault that needs no table.</summary>
internal sealed class StatementBinder
{
    private readonly ValueBinder values;

    private StatementBinder(IReadOnlyList<Decoded<AttributeValue>> parameters) => values = new ValueBinder(parameters);

    /// <summary>The bound statement; null exactly when an error is returned.</summary>
    public static DynamoError? TryBind(Statement statement, IReadOnlyList<Decoded<AttributeValue>> parameters, out BoundStatement? bound)
    {
        bound = null;
        StatementBinder binder = new(parameters);
        return statement switch
        {
            Statement.Selection select => binder.TryBindSelect(select, out bound),
            Statement.Insert insert => binder.TryBindInsert(insert, out bound),
            Statement.Update update => binder.TryBindUpdate(update, out bound),
            Statement.Delete delete => binder.TryBindDelete(delete, out bound),
            Statement.Exists exists => binder.TryBindExists(exists, out bound),
            _ => throw new UnreachableException(),
        };
    }

    private DynamoError? TryBindSelect(Statement.Selection select, out BoundStatement? bound)
    {
        bound = null;
        List<DocumentPath>? columns = null;
        foreach (Term term in select.Columns ?? [])
        {
            if (term is not Term.Path path)
            {
                return PartiqlFaults.UnexpectedPath(term.Span);
            }

            (columns ??= []).Add(path.Value);
        }

        if (TryBindWhere(select, out ConditionNode? where) is { } error)
        {
            return error;
        }

        if (select.OrderBy.Count > 0 && where is null)
        {
            return PartiqlFaults.OrderWithoutWhere;
        }

        bound = new BoundStatement.Selection(select.Source.ElementAtOrDefault(1), columns, select.OrderBy)
        {
            TableName = select.Source[0],
            Where = where,
        };
        return null;
    }

    private DynamoError? TryBindInsert(Statement.Insert insert, out BoundStatement? bound)
    {
        bound = null;
        if (insert.Source.Count > 1)
        {
            return PartiqlFaults.InsertIntoIndex(insert.Table);
        }

        if (insert.Item is Term.Bag)
        {
            return PartiqlFaults.SeveralItems;
        }

        if (!ValueBinder.IsValue(insert.Item))
        {
            return PartiqlFaults.NotATuple;
        }

        if (values.TryBind(insert.Item, out AttributeValue? item, isItem: true) is { } error)
        {
            return error;
        }

        if (item!.Type != AttributeType.M)
        {
            return PartiqlFaults.NotATuple;
        }

        if (item.Map.ContainsKey(""))
        {
            return DynamoError.Validation(ValueFaults.EmptyName);
        }

        bound = new BoundStatement.Insert(item.Map) { TableName = insert.Source[0] };
        return null;
    }

    private DynamoError? TryBindUpdate(Statement.Update update, out BoundStatement? bound)
    {
        bound = null;
        UpdateExpression? change = null;
        ConditionNode? where = null;
        DynamoError? error = (update.Source.Count > 1 ? PartiqlFaults.WriteToIndex : null)
            ?? new UpdateBinder(values).TryBind(update.Assignments, out change)
            ?? TryBindWhere(update, out where);
        bound = error is null
            ? new BoundStatement.Update(change!, update.Returning) { TableName = update.Source[0], Where = where }
            : null;
        return error;
    }

    private DynamoError? TryBindDelete(Statement.Delete delete, out BoundStatement? bound)
    {
        ConditionNode? where = null;
        DynamoError? error = (delete.Source.Count > 1 ? PartiqlFaults.WriteToIndex : null)
            ?? (Forbidden(delete.Returning) is { } asked ? PartiqlFaults.ReturningOfDelete(asked) : null)
            ?? TryBindWhere(delete, out where);
        bound = error is null ? new BoundStatement.Delete(delete.Returning) { TableName = delete.Source[0], Where = where } : null;
        return error;
    }

    /// <summary>What a DELETE may not return, as it is written; null for what it may.</summary>
    private static string? Forbidden(ReturnValues returning) => returning switch
    {
        ReturnValues.ALL_NEW => "ALL NEW",
        ReturnValues.UPDATED_OLD => "MODIFIED OLD",
        ReturnValues.UPDATED_NEW => "MODIFIED NEW",
        _ => null,
    };

    private DynamoError? TryBindExists(Statement.Exists exists, out BoundStatement? bound)
    {
        DynamoError? error = TryBindSelect(exists.Read, out bound);
        bound = bound is BoundStatement.Selection read
            ? new BoundStatement.Exists(read) { TableName = read.TableName, Where = read.Where }
            : null;
        return error;
    }

    private DynamoError? TryBindWhere(Statement statement, out ConditionNode? where)
    {
        where = null;
        return statement.Where is null ? null : new ConditionBinder(values).TryBind(statement.Where, out where);
    }
}
