using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// What a read answers on a table as it is at one instant: the fake backend and the judge of the cache's answers both ask here.
/// </summary>
internal static class DirectReads
{
    /// <summary>The item under a key, projected; null where there is none.</summary>
    public static Item? Get(TableState table, AttributeMap key, ProjectionExpression? projection) => table.Find(key) is not { } row ? null
        : projection is null ? row.Item
        : Item.FromAttributes(projection.Apply(row.Attributes));

    public static Reply Page(TableState table, PageOperation operation)
    {
        IndexInfo? index = null;
        if (table.Info is not { } info)
        {
            return new ErrorReply(TableFaults.NotFound);
        }

        if (operation.IndexName is { } name && !info.Indexes.TryGetValue(name, out index))
        {
            return new ErrorReply(TableFaults.IndexNotFound(name));
        }

        if (index is { IsGlobal: true } && operation.ConsistentRead)
        {
            return new ErrorReply(TableFaults.ConsistentReadOfGlobalIndex);
        }

        PageOrder order = new(info, index, operation);
        AttributeMap? start = operation.ExclusiveStartKey?.Value;
        if (start is not null && operation is Query && !order.Includes(start))
        {
            return new ErrorReply(QueryFaults.StartKeyOutsideRange);
        }

        List<Row> rows = [.. table.Rows.Where(row => row.IsFilledInto(index) && order.Includes(row.Attributes)
            && (start is null || order.Compare(row.Attributes, start) > 0))];
        rows.Sort((left, right) => order.Compare(left.Attributes, right.Attributes));
        bool isCut = operation.Limit <= rows.Count;
        return Show(info, index, operation, isCut ? rows[..operation.Limit!.Value] : rows, isCut, order);
    }

    private static PageReply Show(TableInfo info, IndexInfo? index, PageOperation operation, List<Row> rows, bool isCut, PageOrder order)
    {
        List<Item> items = [];
        int count = 0;
        bool isWhole = index is null || NeedsWhole(info, index, operation);
        foreach (Row row in rows)
        {
            if (operation.Filter?.Matches(row.Attributes) != false)
            {
                count++;
                if (operation.Select != Select.COUNT)
                {
                    items.Add(operation.Projection is { } projection ? Item.FromAttributes(projection.Apply(row.Attributes))
                        : isWhole ? row.Item
                        : row.ProjectedInto(index!, info.KeySchema));
                }
            }
        }

        double units = 0.5 + (0.5 * rows.Count);
        return new PageReply
        {
            Items = operation.Select == Select.COUNT ? null : items,
            Count = count,
            ScannedCount = rows.Count,
            LastEvaluatedKey = isCut ? order.PositionOf(rows[^1].Attributes) : null,
            ConsumedCapacity = new ConsumedCapacity(info.TableName, units).Shown(operation.ReturnConsumedCapacity),
        };
    }

    /// <summary>Whether a local index fetches items from the table.</summary>
    private static bool NeedsWhole(TableInfo info, IndexInfo index, PageOperation operation) =>
        !index.IsGlobal
        && (operation.Select == Select.ALL_ATTRIBUTES
            || (operation.Filter?.TopLevelNames ?? []).Any(name => !index.Holds(info.KeySchema, name)));
}
