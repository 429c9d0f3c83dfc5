using DaxProxy.Core.Items;

namespace DaxProxy.Core.Errors;

/// <summary>Why one action of a cancelled transaction could not be made; one entry per action, in the order of the request.</summary>
/// <param name="Code">
/// <c>None</c> for an action without fault of its own, else <c>ConditionalCheckFailed</c>, <c>ValidationError</c> …
/// </param>
/// <param name="Message">The text; null for <c>None</c>.</param>
public sealed record CancellationReason(string Code, string? Message)
{
    /// <summary>The item that made a condition fail, where the caller asked for it; otherwise null.</summary>
    public Item? Item { get; init; }

    /// <summary>An action that is not to blame.</summary>
    public static CancellationReason None { get; } = new("None", null);

    /// <summary>Another transaction holds the item.</summary>
    public static CancellationReason Conflict { get; } = new("TransactionConflict", TransactionFaults.OngoingForItem);

    /// <summary>The reasons of all actions, given what each is refused for; null for nothing.</summary>
    public static List<CancellationReason> OfAll(IEnumerable<DynamoError?> errors) =>
        [.. errors.Select(error => error is null ? None : Of(error))];

    /// <summary>The reason that a refusal of the same write on its own would be.</summary>
    public static CancellationReason Of(DynamoError error) => error.Name switch
    {
        "ConditionalCheckFailedException" => new CancellationReason("ConditionalCheckFailed", error.Message) { Item = error.Item },
        "ItemCollectionSizeLimitExceededException" => new CancellationReason("ItemCollectionSizeLimitExceeded", error.Message),
        "ProvisionedThroughputExceededException" => new CancellationReason("ProvisionedThroughputExceeded", error.Message),
        "ThrottlingException" or "RequestLimitExceeded" => new CancellationReason("ThrottlingError", error.Message),
        _ => new CancellationReason(
            "ValidationError", error.Message == ValueFaults.TooDeep ? ValueFaults.TooDeepToWrite : error.Message),
    };
}
