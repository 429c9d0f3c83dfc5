namespace DaxProxy.Core.Operations.Streams;

/// <summary>Answer to GetShardIterator.</summary>
public sealed class GetShardIteratorReply(string shardIterator) : Reply
{
    /// <summary>The place, in a form that only its maker reads.</summary>
    public string ShardIterator { get; } = shardIterator;
}
