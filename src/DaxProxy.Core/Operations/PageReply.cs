using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to Query or Scan: one page.</summary>
public sealed class PageReply : Reply
{
    private IReadOnlyList<Item>? items;

    /// <summary>The matches, projected; null for <see cref="Select.COUNT"/>.</summary>
    public IReadOnlyList<Item>? Items
    {
        get => items ??= Opener?.Invoke();
        init => items = value;
    }

    /// <summary>How many entries passed the filter.</summary>
    public required int Count { get; init; }

    /// <summary>How many entries were read.</summary>
    public required int ScannedCount { get; init; }

    /// <summary>Keys of the last entry read, when there may be more; null at the end of the data.</summary>
    public AttributeMap? LastEvaluatedKey { get; init; }

    /// <summary>Capacity, when asked for.</summary>
    public ConsumedCapacity? ConsumedCapacity { get; init; }

    /// <summary>The finished JSON answer without capacity, where the cache has one.</summary>
    public Face? Face { get; init; }

    /// <summary>Reads the items out of the finished answer, if somebody wants them; null where they are at hand.</summary>
    internal Func<IReadOnlyList<Item>?>? Opener { get; init; }

    /// <summary>The same page with another capacity.</summary>
    internal PageReply With(ConsumedCapacity? capacity, CacheStatus status) => new()
    {
        items = items,
        Count = Count,
        ScannedCount = ScannedCount,
        LastEvaluatedKey = LastEvaluatedKey,
        ConsumedCapacity = capacity,
        Face = Face,
        Opener = Opener,
        Cache = status,
    };
}
