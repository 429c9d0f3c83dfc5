using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to BatchGetItem.</summary>
public sealed class BatchGetItemReply : Reply
{
    /// <summary>The items found, by table; every table asked for is there. Items are in no promised order.</summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<Item>>> Responses { get; init; }

    /// <summary>What was left unread; empty when nothing was.</summary>
    public IReadOnlyList<BatchGetItem.KeysAndAttributes> UnprocessedKeys { get; init; } = [];

    /// <summary>Capacity per table, when asked for.</summary>
    public IReadOnlyList<ConsumedCapacity>? ConsumedCapacity { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Responses.Sum(static table => table.Value.Sum(static item => (long)item.Json.Length));
}
