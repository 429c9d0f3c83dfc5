using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to BatchExecuteStatement.</summary>
public sealed class BatchExecuteStatementReply : Reply
{
    /// <summary>One entry for each statement, in the order of the request.</summary>
    public required IReadOnlyList<Response> Responses { get; init; }

    /// <summary>Capacity per table, when asked for.</summary>
    public IReadOnlyList<ConsumedCapacity>? ConsumedCapacity { get; init; }

    /// <inheritdoc/>
    public override long ItemBytes => Responses.Sum(static one => (long)(one.Item?.Json.Length ?? 0));

    /// <summary>What became of one statement.</summary>
    /// <param name="TableName">Its table; null where it did not get as far.</param>
    /// <param name="Item">What it found or returned; null for nothing.</param>
    /// <param name="Error">Why it failed; null on success. Shown by its short code.</param>
    public sealed record Response(string? TableName, Item? Item, DynamoError? Error);
}
