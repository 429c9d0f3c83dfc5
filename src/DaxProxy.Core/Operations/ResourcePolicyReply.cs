namespace DaxProxy.Core.Operations;

/// <summary>Answer to PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy.</summary>
/// <param name="revision">The policy's revision, a time in milliseconds since 1970; null when there was no policy to delete.</param>
public sealed class ResourcePolicyReply(long? revision) : Reply
{
    /// <summary>The policy's revision; null when there was no policy to delete.</summary>
    public long? Revision { get; } = revision;

    /// <summary>The document, in its normal form; null where the answer does not tell it.</summary>
    public string? Policy { get; init; }
}
