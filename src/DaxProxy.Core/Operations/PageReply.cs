using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

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

    /// <summary>The finished answer of the DAX protocol without capacity and without a projection, where the cache has one.</summary>
    public byte[]? DaxFace { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Face?.Body.Length ?? Items?.Sum(static item => (long)item.Json.Length) ?? 0;

    /// <summary>Reads the items out of the finished answer when they are needed; null where they are at hand.</summary>
    internal Func<IReadOnlyList<Item>?>? Opener { get; init; }

    /// <summary>Takes what <see cref="DaxFace"/> is to be from now on, and the table it was made for; null where it is not kept.</summary>
    internal Action<TableInfo, byte[]>? DaxFaceKeeper { get; init; }

    /// <summary>What was asked, as the cache of pages names it; null if this page was not kept before.</summary>
    internal object? Meaning { get; init; }

    /// <summary>Whether <see cref="KeepDaxFace"/> is of use.</summary>
    public bool WantsDaxFace => DaxFaceKeeper is not null;

    /// <summary>Offers the finished answer of the DAX protocol to the cache that keeps the page, for later requests for the same.</summary>
    /// <param name="table">What the table was taken for when the answer was made.</param>
    /// <param name="daxFace">The answer without capacity, to a request without a projection. Not copied; never changed from now on.</param>
    public void KeepDaxFace(TableInfo table, byte[] daxFace) => DaxFaceKeeper?.Invoke(table, daxFace);

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
        DaxFace = DaxFace,
        DaxFaceKeeper = DaxFaceKeeper,
        Meaning = Meaning,
        Cache = status,
    };
}
