using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to ExecuteStatement.</summary>
public sealed class ExecuteStatementReply : Reply
{
    /// <summary>What a SELECT found or RETURNING asked for; empty for a write that returns nothing.</summary>
    public IReadOnlyList<Item> Items { get; init; } = [];

    /// <summary>With which to ask for more; null at the end of the data.</summary>
    public string? NextToken { get; init; }

    /// <summary>Keys of the last entry read, where the page ended between entries; else null.</summary>
    public AttributeMap? LastEvaluatedKey { get; init; }

    /// <summary>Capacity, when asked for.</summary>
    public ConsumedCapacity? ConsumedCapacity { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Items.Sum(static item => (long)item.Json.Length);
}
