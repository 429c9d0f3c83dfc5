namespace DaxProxy.Core.Errors;

/// <summary>Faults of transactions. Source: recorded answers of the service.</summary>
public static class TransactionFaults
{
    internal const string OngoingForItem = "Transaction is ongoing for the item";

    /// <summary>A write of an item that a running transaction writes.</summary>
    public static DynamoError Conflict { get; } = DynamoError.Modelled("TransactionConflictException", OngoingForItem);

    /// <summary>The transaction with this token is still running.</summary>
    public static DynamoError InProgress { get; } = DynamoError.Modelled(
        "TransactionInProgressException", "Transaction with the given token is already in progress", "Message");

    /// <summary>The token was used with other parameters.</summary>
    public static DynamoError TokenMismatch { get; } = DynamoError.Modelled(
        "IdempotentParameterMismatchException",
        "Parameters of the request do not match the ones that the client token was used with before",
        "Message");

    /// <summary>An entry with more than one action.</summary>
    public static DynamoError SeveralActions { get; } =
        DynamoError.Validation("TransactItems can only contain one of Check, Put, Update or Delete");

    /// <summary>An entry without action.</summary>
    public static DynamoError NoAction { get; } =
        DynamoError.Validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");

    /// <summary>Two actions on one item.</summary>
    public static DynamoError SameItem { get; } =
        DynamoError.Validation("Transaction request cannot include multiple operations on one item");

    /// <summary>More than 4 MB.</summary>
    public static DynamoError TooLarge { get; } =
        DynamoError.Validation("Collection size of items in transaction exceeded: total size cannot exceed 4 MB");

    /// <summary>Nothing was done, and why.</summary>
    public static DynamoError Cancelled(IReadOnlyList<CancellationReason> reasons) => DynamoError.Modelled(
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        + $"[{string.Join(", ", reasons.Select(reason => reason.Code))}]",
        "Message") with
    {
        CancellationReasons = reasons,
    };
}
