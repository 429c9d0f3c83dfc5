namespace DaxProxy.Core.Operations;

/// <summary>Answer of an operation that lists things where there are none.</summary>
/// <param name="member">The member of the answer that holds the list: <c>ExportSummaries</c>.</param>
public sealed class EmptyListReply(string member) : Reply
{
    /// <summary>The member of the answer that holds the list.</summary>
    public string Member { get; } = member;

    /// <summary>The table it is about, where the answer repeats it; otherwise null.</summary>
    public string? TableName { get; init; }
}
