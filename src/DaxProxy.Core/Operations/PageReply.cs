using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to Query or Scan: one page.</summary>
public sealed class PageReply : Reply
{
    /// <summary>The matches, projected; null for <see cref="Select.COUNT"/>.</summary>
    public IReadOnlyList<Item>? Items { get; init; }

    /// <summary>How many entries passed the filter.</summary>
    public required int Count { get; init; }

    /// <summary>How many entries were read.</summary>
    public required int ScannedCount { get; init; }

    /// <summary>Keys of the last entry read, when there may be more; null at the end of the data.</summary>
    public AttributeMap? LastEvaluatedKey { get; init; }

    /// <summary>Capacity, when asked for.</summary>
    public ConsumedCapacity? ConsumedCapacity { get; init; }
}
