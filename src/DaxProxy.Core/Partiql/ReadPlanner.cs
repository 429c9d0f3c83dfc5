using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>Makes native reads of a SELECT, with the faults that depend on the table.</summary>
internal static class ReadPlanner
{
    /// <summary>The plan; null exactly when an error is returned.</summary>
    public static DynamoError? TryPlan(BoundStatement.Selection select, TableInfo table, bool isConsistent, out ReadPlan? plan)
    {
        plan = null;
        IndexInfo? index = null;
        if (select.IndexName is not null && !table.Indexes.TryGetValue(select.IndexName, out index))
        {
            return PartiqlFaults.IndexNotFound;
        }

        ReadSource source = new(table, index);
        if (isConsistent && index is { IsGlobal: true })
        {
            return PartiqlFaults.ConsistentReadOfGlobalIndex;
        }

        IReadOnlyList<PartitionRead>? partitions = null;
        DynamoError? error = CheckColumns(select, source)
            ?? new PartitionSplitter(source).TrySplit(select.Where, out partitions)
            ?? CheckFilter(select, source)
            ?? CheckOrder(select, source, partitions is not null);
        if (error is not null)
        {
            return error;
        }

        IReadOnlyList<PlannedRead> reads = partitions is null
            ? [Scan(select, source)]
            : [.. InOrder(select, source, partitions).Select(partition => Read(source, partition))];
        bool isDescending = select.OrderBy.Any(ordering => ordering.IsDescending && ordering.Path.TopLevelName == source.RangeName);
        plan = new ReadPlan(source, reads, select.Columns, isDescending);
        return null;
    }

    private static DynamoError? CheckColumns(BoundStatement.Selection select, ReadSource source)
    {
        if (source.Index is not { IsGlobal: true } index || select.Columns is null)
        {
            return null;
        }

        List<string> missing =
            [.. select.Columns.Select(column => column.TopLevelName).Where(name => !source.Holds(name)).Distinct(StringComparer.Ordinal)];
        return missing.Count == 0 ? null : QueryFaults.NotProjected(index.IndexName, missing);
    }

    /// <summary>
    /// A read of one partition of an index, or of some by IN, may not filter by what the index does not hold. Anything else counts as a
    /// scan of the index, in which such an attribute is missing: also alternatives of partitions.
    /// </summary>
    private static DynamoError? CheckFilter(BoundStatement.Selection select, ReadSource source)
    {
        if (source.Index is not { } index || !KeyTerms.Conjuncts(select.Where).Any(term => KeyTerms.Fixes(term, source.HashName)))
        {
            return null;
        }

        List<string> missing = [.. new ConditionExpression(select.Where!).TopLevelNames.Where(name => !source.Holds(name))];
        return missing.Count == 0 ? null : PartiqlFaults.FilterNotProjected(index.IndexName, missing);
    }

    private static DynamoError? CheckOrder(BoundStatement.Selection select, ReadSource source, bool isKeyed)
    {
        if (select.OrderBy.Count > 0 && !isKeyed)
        {
            return PartiqlFaults.OrderWithoutKey;
        }

        return select.OrderBy.FirstOrDefault(ordering => ordering.Path.IsNested || !source.IsKey(ordering.Path.TopLevelName)) is { } other
            ? PartiqlFaults.OrderByOther(other.Path.TopLevelName)
            : null;
    }

    /// <summary>
    /// Orders the reads; within a partition the sort key orders by itself. An order by the sort key over several partitions that are not
    /// single items holds within each partition only.
    /// </summary>
    private static IEnumerable<PartitionRead> InOrder(
        BoundStatement.Selection select, ReadSource source, IReadOnlyList<PartitionRead> reads)
    {
        IOrderedEnumerable<PartitionRead> ordered = reads.OrderBy(_ => 0);
        foreach (Statement.Ordering ordering in select.OrderBy)
        {
            bool isHash = ordering.Path.TopLevelName == source.HashName;
            AttributeValue? KeyOf(PartitionRead read) =>
                isHash ? read.Hash : read.Range is { Operator: KeyOperator.Equal } range ? range.Value : null;
            ordered = ordering.IsDescending ? ordered.ThenByDescending(KeyOf, KeyOrder) : ordered.ThenBy(KeyOf, KeyOrder);
        }

        return ordered;
    }

    /// <summary>Values of one type by their order; what cannot be compared counts as equal.</summary>
    private static Comparer<AttributeValue?> KeyOrder { get; } = Comparer<AttributeValue?>.Create((left, right) =>
        left is null || right is null || left.Type != right.Type || left.Type is not (AttributeType.S or AttributeType.N or AttributeType.B)
            ? 0
            : AttributeValue.CompareScalars(left, right));

    private static PlannedRead Scan(BoundStatement.Selection select, ReadSource source)
    {
        ConditionExpression? filter = select.Where is null ? null : new ConditionExpression(select.Where);
        bool isNative = filter is null || filter.TopLevelNames.All(source.Holds);
        return new PlannedRead(null, null, filter, isNative);
    }

    private static PlannedRead Read(ReadSource source, PartitionRead partition)
    {
        ConditionExpression? filter = partition.Filter is null ? null : new ConditionExpression(partition.Filter);
        bool isItem = source.RangeName is null || partition.Range is { Operator: KeyOperator.Equal };
        if (isItem && source.Index is null)
        {
            AttributeMap key = new() { [source.HashName] = partition.Hash };
            if (source.RangeName is not null)
            {
                key.Add(source.RangeName, partition.Range!.Value);
            }

            return new PlannedRead(key, null, filter, IsFilterNative: false);
        }

        KeyCondition hash = new(source.HashName, KeyOperator.Equal, partition.Hash, null);
        KeyConditionExpression condition = new(partition.Range is null ? [hash] : [hash, partition.Range]);
        bool isNative = filter is null || filter.TopLevelNames.All(name => source.Holds(name) && !source.IsKey(name));
        return new PlannedRead(null, condition, filter, isNative);
    }
}
