using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Which items a Query or Scan reads, and in which order: by comparing values, not by the bytes that the caches compare.</summary>
internal sealed class PageOrder
{
    private readonly TableInfo info;
    private readonly List<KeyAttribute> hash;
    private readonly List<KeyAttribute> range;
    private readonly IReadOnlyList<KeyCondition>? conditions;
    private readonly bool isReverse;
    private readonly ulong firstPlace;
    private readonly ulong lastPlace = ulong.MaxValue;

    public PageOrder(TableInfo info, IndexInfo? index, PageOperation operation)
    {
        this.info = info;
        KeyLayout layout = index?.Layout ?? info.Layout;
        (hash, range) = ([.. layout.Hash], [.. layout.Range]);
        conditions = (operation as Query)?.KeyCondition.Conditions;
        isReverse = operation is Query { ScanIndexForward: false };
        if (operation is Scan { TotalSegments: { } total, Segment: { } segment })
        {
            ulong share = ulong.MaxValue / (ulong)total;
            firstPlace = share * (ulong)segment;
            lastPlace = segment == total - 1 ? ulong.MaxValue : firstPlace + share - 1;
        }
    }

    /// <summary>Whether an item, or a position, is among what is to be read.</summary>
    public bool Includes(AttributeMap item)
    {
        foreach (KeyAttribute key in hash)
        {
            if (!item.TryGetValue(key.Name, out AttributeValue? value) || value.Type != key.Type)
            {
                return false;
            }
        }

        foreach (KeyAttribute key in range)
        {
            if (!item.TryGetValue(key.Name, out AttributeValue? value) || value.Type != key.Type)
            {
                return false;
            }
        }

        return conditions is null
            ? PlaceOf(hash, item) is { } place && place >= firstPlace && place <= lastPlace
            : conditions.All(condition => Holds(condition, item));
    }

    /// <summary>Compares two items that are included, in the direction of reading.</summary>
    public int Compare(AttributeMap left, AttributeMap right)
    {
        int order = conditions is null ? PlaceOf(hash, left).CompareTo(PlaceOf(hash, right)) : 0;
        if (order == 0)
        {
            order = Compare(left, right, range.Select(key => key.Name));
        }

        if (order == 0)
        {
            order = Compare(left, right, info.KeySchema.Names);
        }

        return isReverse ? -order : order;
    }

    /// <summary>Compares the sort keys alone, in the direction of reading.</summary>
    public int CompareSortKeys(AttributeMap left, AttributeMap right)
    {
        int order = Compare(left, right, range.Select(key => key.Name));
        return isReverse ? -order : order;
    }

    /// <summary>What says where a page ends.</summary>
    public AttributeMap PositionOf(AttributeMap item)
    {
        AttributeMap position = [];
        foreach (string name in hash.Concat(range).Select(key => key.Name).Concat(info.KeySchema.Names).Distinct())
        {
            position.Add(name, item[name]);
        }

        return position;
    }

    /// <summary>Where Scan finds a partition: any order that does not change.</summary>
    public static ulong PlaceOf(IReadOnlyList<KeyAttribute> hash, AttributeMap item)
    {
        ulong place = 14695981039346656037UL;
        foreach (KeyAttribute key in hash)
        {
            foreach (char c in item[key.Name].ToString())
            {
                place = (place ^ c) * 1099511628211UL;
            }
        }

        return place * 0x9E3779B97F4A7C15UL;
    }

    private static int Compare(AttributeMap left, AttributeMap right, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            int order = AttributeValue.CompareScalars(left[name], right[name]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static bool Holds(KeyCondition condition, AttributeMap item)
    {
        AttributeValue value = item[condition.AttributeName];
        int order = condition.Operator == KeyOperator.BeginsWith ? 0 : AttributeValue.CompareScalars(value, condition.Value);
        return condition.Operator switch
        {
            KeyOperator.Equal => order == 0,
            KeyOperator.Less => order < 0,
            KeyOperator.LessOrEqual => order <= 0,
            KeyOperator.Greater => order > 0,
            KeyOperator.GreaterOrEqual => order >= 0,
            KeyOperator.Between => order >= 0 && AttributeValue.CompareScalars(value, condition.Upper!) <= 0,
            _ => value.String.StartsWith(condition.Value.String, StringComparison.Ordinal),
        };
    }
}
