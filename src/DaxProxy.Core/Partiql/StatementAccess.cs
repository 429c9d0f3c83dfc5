using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>What a statement reads or writes, as far as its text says it: for those who decide whether it may.</summary>
/// <remarks>Immutable. Nothing of it is asked of a table.</remarks>
public sealed class StatementAccess
{
    private readonly Statement statement;
    private readonly BoundStatement? bound;
    private readonly ExecuteStatement request;

    private StatementAccess(ExecuteStatement request, Statement statement, BoundStatement? bound)
    {
        this.request = request;
        this.statement = statement;
        this.bound = bound;
    }

    /// <summary>The action that IAM knows it by; <c>EXISTS</c> is a read.</summary>
    public string Action => statement switch
    {
        Statement.Insert => "PartiQLInsert",
        Statement.Update => "PartiQLUpdate",
        Statement.Delete => "PartiQLDelete",
        _ => "PartiQLSelect",
    };

    /// <summary>The table, as named.</summary>
    public string TableName => Source[0];

    /// <summary>The index; null for the table itself.</summary>
    public string? IndexName => Source.ElementAtOrDefault(1);

    /// <summary>Whether its parameters do not fit, so that nothing comes of it and nothing more is known.</summary>
    public bool IsUnbound => bound is null;

    /// <summary>Whether it reads.</summary>
    public bool IsSelect => statement is Statement.Selection or Statement.Exists;

    /// <summary>Whether it returns the attributes that it names, and not all.</summary>
    public bool HasColumns => bound is BoundStatement.Selection { Columns: not null } or BoundStatement.Exists;

    /// <summary>What it returns of the item that it writes.</summary>
    public ReturnValues Returning => bound switch
    {
        BoundStatement.Update update => update.Returning,
        BoundStatement.Delete delete => delete.Returning,
        _ => ReturnValues.NONE,
    };

    /// <summary>Whether a failed condition returns the item it failed on.</summary>
    public bool ReturnsItemOnFailure => request.ReturnItemOnConditionFailure;

    /// <summary>How capacity is reported.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity => request.ReturnConsumedCapacity;

    /// <summary>The top-level attributes that it names.</summary>
    public IEnumerable<string> Attributes => bound switch
    {
        null => [],
        BoundStatement.Selection select => NamesOf(select),
        BoundStatement.Exists exists => NamesOf(exists.Read).Concat(NamesOf(exists.Where)),
        BoundStatement.Insert insert => insert.Item.Keys,
        BoundStatement.Update update => NamesOf(update.Where).Concat(update.Change.TopLevelNames),
        BoundStatement.Delete delete => NamesOf(delete.Where),
        _ => throw new UnreachableException(),
    };

    private IReadOnlyList<string> Source => statement is Statement.Exists exists ? exists.Read.Source : statement.Source;

    /// <summary>Reads a statement; null for a text that is none.</summary>
    public static StatementAccess? TryRead(ExecuteStatement request)
    {
        if (request.Validate(ValidationLayer.Older) is not null
            || StatementParser.TryParse(request.Statement, request.Parameters.Count, out Statement? statement) is not null)
        {
            return null;
        }

        return new StatementAccess(
            request, statement!, StatementBinder.TryBind(statement!, request.Parameters, out BoundStatement? bound) is null ? bound : null);
    }

    /// <summary>The partition keys that it is confined to; null where it is confined to none, or has no such key.</summary>
    /// <param name="table">The table.</param>
    public IReadOnlyList<AttributeValue>? PartitionKeysIn(TableInfo table)
    {
        switch (bound)
        {
            case BoundStatement.Insert insert:
                return insert.Item.TryGetValue(table.KeySchema.HashName, out AttributeValue? value) ? [value] : null;
            case BoundStatement.Selection select:
                IndexInfo? index = null;
                if (select.IndexName is not null && !table.Indexes.TryGetValue(select.IndexName, out index))
                {
                    return null;
                }

                PartitionSplitter splitter = new(new ReadSource(table, index));
                return splitter.TrySplit(select.Where, out IReadOnlyList<PartitionRead>? reads) is null
                    ? reads?.Select(read => read.Hash).ToList()
                    : null;
            case null:
                return null;
            default:
                ConditionNode? where = bound is BoundStatement.Exists exists ? exists.Where ?? exists.Read.Where : bound.Where;
                return KeyTerms.TryTakeKey(where, table.KeySchema, out AttributeMap key, out _) ? [key[table.KeySchema.HashName]] : null;
        }
    }

    private static IEnumerable<string> NamesOf(BoundStatement.Selection select) => NamesOf(select.Where)
        .Concat(select.Columns?.Select(column => column.TopLevelName) ?? [])
        .Concat(select.OrderBy.Select(ordering => ordering.Path.TopLevelName));

    private static IEnumerable<string> NamesOf(ConditionNode? where) =>
        where is null ? [] : new ConditionExpression(where).TopLevelNames;
}
