namespace DaxProxy.Core.Operations;

/// <summary>Answer to BatchWriteItem.</summary>
public sealed class BatchWriteItemReply : Reply
{
    /// <summary>Writes that were not made; empty when all were.</summary>
    public IReadOnlyList<BatchWriteItem.WriteRequest> UnprocessedItems { get; init; } = [];

    /// <summary>Collections by table, when asked for and a table has a local secondary index.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? ItemCollectionMetrics { get; init; }

    /// <summary>Capacity per table, when asked for.</summary>
    public IReadOnlyList<ConsumedCapacity>? ConsumedCapacity { get; init; }

    /// <summary>
    /// The exact effect of each write, in the order of the request and null where a write was not made; null as a whole when the backend
    /// does not know. For the cache; never shown to a client.
    /// </summary>
    public IReadOnlyList<WriteImages?>? Images { get; init; }
}
