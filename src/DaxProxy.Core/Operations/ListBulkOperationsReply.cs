namespace DaxProxy.Core.Operations;

/// <summary>The answer to <see cref="ListBulkOperations"/>.</summary>
/// <param name="running">The ARNs of those on this page that may still write.</param>
/// <param name="nextToken">Where the next page begins; null when there is none.</param>
public sealed class ListBulkOperationsReply(IReadOnlyList<string> running, string? nextToken) : Reply
{
    /// <summary>The ARNs of those on this page that may still write.</summary>
    public IReadOnlyList<string> Running { get; } = running;

    /// <summary>Where the next page begins; null when there is none.</summary>
    public string? NextToken { get; } = nextToken;
}
