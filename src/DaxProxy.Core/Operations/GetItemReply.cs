using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to GetItem.</summary>
/// <param name="item">The item (projected, if that was asked for); null when there is none.</param>
/// <param name="consumedCapacity">Capacity, when asked for.</param>
public sealed class GetItemReply(Item? item, ConsumedCapacity? consumedCapacity) : Reply
{
    /// <summary>The item; null when there is none.</summary>
    public Item? Item { get; } = item;

    /// <summary>Capacity, when asked for.</summary>
    public ConsumedCapacity? ConsumedCapacity { get; } = consumedCapacity;

    /// <summary>
    /// The finished JSON answer, where there is one: the whole item (or none) from the cache, and no capacity asked for.
    /// </summary>
    public Face? Face { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Face?.Body.Length ?? Item?.Json.Length ?? 0;
}
