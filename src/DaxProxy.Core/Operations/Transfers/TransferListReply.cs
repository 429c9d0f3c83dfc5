namespace DaxProxy.Core.Operations.Transfers;

/// <summary>A page of the exports, imports or bulk operations that are known.</summary>
/// <param name="states">How far each is; the newest first.</param>
/// <param name="nextToken">Where the next page begins; null when there is none.</param>
public sealed class TransferListReply(IReadOnlyList<TransferState> states, string? nextToken) : Reply
{
    /// <summary>How far each is; the newest first.</summary>
    public IReadOnlyList<TransferState> States { get; } = states;

    /// <summary>Where the next page begins; null when there is none.</summary>
    public string? NextToken { get; } = nextToken;
}
