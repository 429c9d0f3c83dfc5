namespace DaxProxy.Core.Operations;

/// <summary>Answer to SearchVectors.</summary>
/// <param name="results">What was found, the nearest first.</param>
/// <param name="requestBytes">Bytes that the search consumed, when asked for.</param>
public sealed class SearchVectorsReply(IReadOnlyList<SearchResult> results, double? requestBytes) : Reply
{
    /// <summary>What was found, the nearest first.</summary>
    public IReadOnlyList<SearchResult> Results { get; } = results;

    /// <summary>Bytes that the search consumed, when asked for.</summary>
    public double? RequestBytes { get; } = requestBytes;

    /// <inheritdoc/>
    public override long ItemBytes => Results.Sum(static result => (long)result.Item.Json.Length);
}
