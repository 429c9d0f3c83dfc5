using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>One native read of a SELECT: of an item (a key), of a partition (a key condition), or a scan (neither).</summary>
/// <param name="Key">The key of a single item.</param>
/// <param name="KeyCondition">The partition and its range.</param>
/// <param name="Filter">What else must hold of an entry; null for nothing.</param>
/// <param name="IsFilterNative">Whether the native operation may filter: not by keys, nor by what an index does not hold.</param>
internal sealed record PlannedRead(
    AttributeMap? Key, KeyConditionExpression? KeyCondition, ConditionExpression? Filter, bool IsFilterNative);
