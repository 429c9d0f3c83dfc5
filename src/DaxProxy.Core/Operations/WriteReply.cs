using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to PutItem, UpdateItem or DeleteItem.</summary>
public sealed class WriteReply : Reply
{
    /// <summary>The attributes the caller asked for; null when there are none to show.</summary>
    public Item? Attributes { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Attributes?.Json.Length ?? 0;

    /// <summary>Capacity, when asked for.</summary>
    public ConsumedCapacity? ConsumedCapacity { get; init; }

    /// <summary>The item collection, when asked for and the table has a local secondary index.</summary>
    public ItemCollectionMetrics? ItemCollectionMetrics { get; init; }

    /// <summary>The exact effect on the item, for the cache; null when the backend does not know it. Never shown to a client.</summary>
    public WriteImages? Images { get; init; }
}
