namespace DaxProxy.Core.Operations;

/// <summary>Answer to TransactWriteItems.</summary>
public sealed class TransactWriteItemsReply : Reply
{
    /// <summary>Collections by table, when asked for and a table has a local secondary index.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? ItemCollectionMetrics { get; init; }

    /// <summary>Capacity per table, when asked for.</summary>
    public IReadOnlyList<ConsumedCapacity>? ConsumedCapacity { get; init; }

    /// <summary>
    /// The exact effect of each action, in the order of the request; null as a whole when the backend does not know it (a repetition, for
    /// example). For the cache; never shown to a client.
    /// </summary>
    public IReadOnlyList<WriteImages?>? Images { get; init; }
}
