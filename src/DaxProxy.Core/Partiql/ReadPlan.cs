using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>How a SELECT is run: native reads one after another, each of whole entries.</summary>
/// <param name="source">What is read.</param>
/// <param name="reads">The reads in order; at least one.</param>
/// <param name="columns">What is cut out of each entry; null for all of it.</param>
/// <param name="isDescending">Whether partitions are read backwards.</param>
internal sealed class ReadPlan(
    ReadSource source, IReadOnlyList<PlannedRead> reads, IReadOnlyList<DocumentPath>? columns, bool isDescending)
{
    /// <summary>The reads in order; at least one.</summary>
    public IReadOnlyList<PlannedRead> Reads { get; } = reads;

    /// <summary>Whether this is a read of exactly one item by nothing but its key.</summary>
    public bool IsPlainGet => Reads is [{ Key: not null, Filter: null }];

    /// <summary>The native operation of one read.</summary>
    /// <param name="read">One of <see cref="Reads"/>.</param>
    /// <param name="start">After which entry to go on; null to begin.</param>
    /// <param name="limit">How many entries to read at most; null for a page.</param>
    /// <param name="isConsistent">Whether the read is consistent.</param>
    /// <param name="capacity">How to report capacity.</param>
    public Operation OperationFor(PlannedRead read, AttributeMap? start, int? limit, bool isConsistent, ReturnConsumedCapacity capacity)
    {
        if (read.Key is not null)
        {
            return new GetItem
            {
                TableName = source.Table.TableName,
                Key = read.Key,
                ConsistentRead = isConsistent,
                ReturnConsumedCapacity = capacity,
            };
        }

        Decoded<AttributeMap>? startKey = start is null ? default(Decoded<AttributeMap>?) : new Decoded<AttributeMap>(start, null);
        ConditionExpression? filter = read.IsFilterNative ? read.Filter : null;
        return read.KeyCondition is null
            ? new Scan
            {
                TableName = source.Table.TableName,
                IndexName = source.Index?.IndexName,
                Select = Selection,
                Filter = filter,
                ExclusiveStartKey = startKey,
                Limit = limit,
                ConsistentRead = isConsistent,
                ReturnConsumedCapacity = capacity,
            }
            : new Query
            {
                TableName = source.Table.TableName,
                IndexName = source.Index?.IndexName,
                Select = Selection,
                KeyCondition = read.KeyCondition,
                Filter = filter,
                ScanIndexForward = !isDescending,
                ExclusiveStartKey = startKey,
                Limit = limit,
                ConsistentRead = isConsistent,
                ReturnConsumedCapacity = capacity,
            };
    }

    /// <summary>The row made of an entry; null where it is filtered out.</summary>
    public Item? RowOf(PlannedRead read, Item entry)
    {
        bool mustFilter = read.Filter is not null && !read.IsFilterNative;
        if (!mustFilter && columns is null)
        {
            return entry;
        }

        AttributeMap attributes = entry.Open();
        if (mustFilter && !read.Filter!.Matches(Seen(attributes)))
        {
            return null;
        }

        return columns is null ? entry : Item.FromAttributes(Cut(attributes, columns));
    }

    /// <summary>A local index is asked for what it does not hold only where a column needs it.</summary>
    private Select Selection =>
        source.Index is { IsGlobal: false } && columns is not null && columns.Any(column => !source.Holds(column.TopLevelName))
            ? Select.ALL_ATTRIBUTES
            : Select.Default;

    /// <summary>What a filter sees of an entry: what the index holds, even where columns were fetched from the table.</summary>
    private AttributeMap Seen(AttributeMap attributes)
    {
        if (Selection != Select.ALL_ATTRIBUTES)
        {
            return attributes;
        }

        AttributeMap held = [];
        foreach ((string name, AttributeValue value) in attributes)
        {
            if (source.Holds(name))
            {
                held.Add(name, value);
            }
        }

        return held;
    }

    /// <summary>Columns go by the last name of their path: <c>a.b.c</c> is <c>c</c>.</summary>
    private static AttributeMap Cut(AttributeMap attributes, IReadOnlyList<DocumentPath> columns)
    {
        AttributeMap row = [];
        foreach (DocumentPath column in columns)
        {
            if (column.Find(attributes) is { } value)
            {
                row[column.Elements.Last(element => !element.IsIndex).Name!] = value;
            }
        }

        return row;
    }
}
