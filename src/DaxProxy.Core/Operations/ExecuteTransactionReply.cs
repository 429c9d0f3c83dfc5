using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to ExecuteTransaction.</summary>
public sealed class ExecuteTransactionReply : Reply
{
    /// <summary>What each read found, in the order of the request, null where there is no item; empty for writes.</summary>
    public required IReadOnlyList<Item?> Responses { get; init; }

    /// <summary>Capacity per table, when asked for.</summary>
    public IReadOnlyList<ConsumedCapacity>? ConsumedCapacity { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Responses.Sum(static item => (long)(item?.Json.Length ?? 0));
}
