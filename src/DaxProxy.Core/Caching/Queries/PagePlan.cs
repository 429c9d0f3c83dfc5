using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>
/// What a Query or Scan means to the cache: its name there, the fences that guard its page, and the sort keys it may read.
/// </summary>
internal sealed class PagePlan
{
    /// <summary>Longest name that is kept as it is; of longer ones a digest is.</summary>
    private const int MaxNameBytes = 512;

    private readonly KeyLayout layout;
    private readonly QueryFences fences;
    private readonly bool isForward;

    private PagePlan(CatalogTable table, IndexInfo? index, KeyLayout layout, PageOperation operation, QueryFences fences)
    {
        Table = table;
        Index = index;
        this.layout = layout;
        this.fences = fences;
        TimeToLive = table.Settings.QueryTimeToLiveOf(index?.IndexName);
        isForward = operation is not Query { ScanIndexForward: false };
    }

    /// <summary>The table.</summary>
    public CatalogTable Table { get; }

    /// <summary>The index; null for the table itself.</summary>
    public IndexInfo? Index { get; }

    /// <summary>Longest life of the page; zero when it is not kept.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>How long the page may be answered after the end of its life, where the backend fails; zero for never.</summary>
    public TimeSpan Grace => Table.Settings.PageGraceOf(Index?.IndexName);

    /// <summary>Whether a global index is read, which may follow its table late.</summary>
    public bool IsGlobalIndex => Index is { IsGlobal: true };

    /// <summary>The page's name in the cache: the table's prefix and the canonical operation.</summary>
    public byte[] Name { get; private set; } = [];

    /// <summary>The request, where answers to it may be looked at once more; null where they are not.</summary>
    public PageOperation? Request { get; init; }

    /// <summary>The fences that tell whether a page is still right.</summary>
    public PageGuard Guard { get; private set; }

    /// <summary>The partition key that is read, in <see cref="KeyLayout"/>'s bytes; null for a Scan.</summary>
    public byte[]? Partition { get; private set; }

    /// <summary>The sort keys that are read; the places of a Scan where they are known (<see cref="QueryFences.ScanPlaceOf"/>).</summary>
    public SortKeyRange Range { get; private set; } = SortKeyRange.All;

    /// <summary>
    /// Plans an operation. False if it does not fit the table, which the backend then refuses, or reads something we do not know.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="fences">What guards pages.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="isAudited">Whether the request is kept with the plan.</param>
    public static bool TryMake(
        CatalogTable table,
        PageOperation operation,
        QueryFences fences,
        [NotNullWhen(true)] out PagePlan? plan,
        bool isAudited = false)
    {
        plan = null;
        IndexInfo? index = null;
        if (operation.IndexName is { } name && !table.Info.Indexes.TryGetValue(name, out index))
        {
            return false;
        }

        PagePlan made = new(table, index, index?.Layout ?? table.Info.Layout, operation, fences)
        {
            Request = isAudited ? operation : null,
        };
        if ((operation is Query query && !made.TryPlanKeys(query))
            || (operation.ExclusiveStartKey is { } start && !made.TryStartAt(start.Value!)))
        {
            return false;
        }

        if (operation is Scan scan && fences.KnowsScanOrder)
        {
            made.PlanPlaces(scan);
        }

        made.Name = made.NameOf(operation);
        made.Guard = fences.GuardOf(made);
        plan = made;
        return true;
    }

    /// <summary>The partition that is read, as attributes; null for a Scan.</summary>
    public AttributeMap? PartitionAttributes()
    {
        if (Partition is null)
        {
            return null;
        }

        AttributeMap attributes = [];
        ReadOnlySpan<byte> rest = Partition;
        foreach (KeyAttribute key in layout.Hash)
        {
            attributes.Add(key.Name, KeyEncoding.ReadSelfDelimiting(key.Type, rest, out int read));
            rest = rest[read..];
        }

        return attributes;
    }

    /// <summary>The sort keys on which a page depends: what was to be read, up to where reading stopped.</summary>
    /// <param name="lastEvaluatedKey">Where the page ends; null for the end of what was to be read.</param>
    public SortKeyRange CoveredBy(AttributeMap? lastEvaluatedKey)
    {
        if (lastEvaluatedKey is null || !layout.Has(lastEvaluatedKey) || (Partition is null && !fences.KnowsScanOrder))
        {
            return Range;
        }

        byte[] last = Partition is null ? fences.ScanPlaceOf(layout, lastEvaluatedKey) : RangeKeyOf(lastEvaluatedKey);
        return isForward ? Range with { End = SortKeyRange.After(last) } : Range with { First = last };
    }

    private bool TryPlanKeys(Query query)
    {
        IReadOnlyList<KeyCondition> conditions = query.KeyCondition.Conditions;
        ArrayBufferWriter<byte> partition = new(160);
        foreach (KeyAttribute key in layout.Hash)
        {
            if (Find(conditions, key) is not { Operator: KeyOperator.Equal } condition || !Fits(key, condition, isHash: true))
            {
                return false;
            }

            KeyLayout.WriteHash(condition.Value, partition);
        }

        int used = layout.Hash.Count;
        bool isOpen = false;
        foreach (KeyAttribute key in layout.Range)
        {
            if (Find(conditions, key) is not { } condition)
            {
                break;
            }

            if (isOpen || !Fits(key, condition, isHash: false))
            {
                return false;
            }

            isOpen = condition.Operator != KeyOperator.Equal;
            used++;
        }

        Partition = partition.WrittenSpan.ToArray();
        Range = layout.RangeOf(conditions);
        return used == conditions.Count;
    }

    /// <summary>What a Scan reads: its segment from its start, rounded outwards.</summary>
    private void PlanPlaces(Scan scan)
    {
        if (scan is { TotalSegments: > 1 and { } total, Segment: { } segment })
        {
            ulong share = ulong.MaxValue / (ulong)total;
            ulong first = share * (ulong)segment;
            ulong last = segment == total - 1 ? ulong.MaxValue : (share * (ulong)(segment + 1)) + (ulong)total;
            Range = new SortKeyRange(QueryFences.ScanPlace(first), SortKeyRange.After(QueryFences.ScanPlace(last)));
        }

        if (scan.ExclusiveStartKey?.Value is { } start && layout.Has(start))
        {
            Range = Range with { First = fences.ScanPlaceOf(layout, start) };
        }
    }

    private bool TryStartAt(AttributeMap start)
    {
        if (Partition is null)
        {
            return true;
        }

        if (!layout.Has(start))
        {
            return false;
        }

        // A start outside the condition is refused; begun there, the rest of the range would be that of another, good request.
        byte[] key = RangeKeyOf(start);
        if (!Range.Contains(key))
        {
            return false;
        }

        // Entries of an index that share their sort key lie on both sides of the start.
        Range = isForward ? Range with { First = key } : Range with { End = SortKeyRange.After(key) };
        return true;
    }

    private byte[] RangeKeyOf(AttributeMap position)
    {
        ArrayBufferWriter<byte> key = new(160);
        layout.WriteRange(position, key);
        return key.WrittenSpan.ToArray();
    }

    private byte[] NameOf(PageOperation operation)
    {
        CanonicalWriter name = new();
        name.Text(Index?.IndexName);
        if (operation is Scan scan)
        {
            name.Byte((byte)'S');
            bool isWhole = scan.TotalSegments is null or 1;
            name.Int(isWhole ? null : scan.Segment);
            name.Int(isWhole ? null : scan.TotalSegments);
        }
        else
        {
            name.Byte(isForward ? (byte)'F' : (byte)'R');
            name.Bytes(Partition);
            name.Bytes(Range.First);
            name.Bytes(Range.End);
        }

        name.Int(operation.Limit);
        name.Byte((byte)(operation.Select == Select.Default ? Usual(operation) : operation.Select));
        name.Map(operation.ExclusiveStartKey?.Value ?? []);
        name.Condition(operation.Filter);
        name.Projection(operation.Projection);
        ReadOnlySpan<byte> meaning = name.Written.Length <= MaxNameBytes ? name.Written : SHA512.HashData(name.Written);
        byte[] bytes = new byte[CatalogTable.PrefixBytes + meaning.Length];
        Table.WritePrefix(bytes);
        meaning.CopyTo(bytes.AsSpan(CatalogTable.PrefixBytes));
        return bytes;
    }

    /// <summary>What is returned where nothing else is said.</summary>
    private Select Usual(PageOperation operation) => operation.Projection is not null ? Select.SPECIFIC_ATTRIBUTES
        : Index is null ? Select.ALL_ATTRIBUTES
        : Select.ALL_PROJECTED_ATTRIBUTES;

    private static bool Fits(KeyAttribute key, KeyCondition condition, bool isHash) =>
        Fits(key, condition.Value, isHash) && (condition.Upper is null || Fits(key, condition.Upper, isHash));

    private static bool Fits(KeyAttribute key, AttributeValue value, bool isHash) =>
        value.Type == key.Type && KeyRules.CheckValue(key.Name, value, isHash) is null;

    private static KeyCondition? Find(IReadOnlyList<KeyCondition> conditions, KeyAttribute key) =>
        conditions.FirstOrDefault(condition => condition.AttributeName == key.Name);
}
