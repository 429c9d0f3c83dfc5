using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to TransactGetItems.</summary>
public sealed class TransactGetItemsReply : Reply
{
    /// <summary>The items in the order of the request, projected; null where there is none.</summary>
    public required IReadOnlyList<Item?> Responses { get; init; }

    /// <summary>Capacity per table, when asked for.</summary>
    public IReadOnlyList<ConsumedCapacity>? ConsumedCapacity { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Responses.Sum(static item => (long)(item?.Json.Length ?? 0));
}
