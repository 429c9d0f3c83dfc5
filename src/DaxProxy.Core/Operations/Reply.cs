namespace DaxProxy.Core.Operations;

/// <summary>What comes back for an operation: the verb's own reply, or an <see cref="ErrorReply"/>. Immutable and thread-safe.</summary>
public abstract class Reply
{
    /// <summary>How the item cache dealt with the request; null when it was none of its business.</summary>
    public CacheStatus? Cache { get; init; }
}
