using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>Answer to DescribeStream.</summary>
public sealed class DescribeStreamReply : Reply
{
    /// <summary>Resource name, table and label.</summary>
    public required StreamSummary Stream { get; init; }

    /// <summary><c>ENABLING</c>, <c>ENABLED</c>, <c>DISABLING</c> or <c>DISABLED</c>.</summary>
    public required string StreamStatus { get; init; }

    /// <summary>What its records show of a change.</summary>
    public required string StreamViewType { get; init; }

    /// <summary>When the stream was asked for.</summary>
    public required DateTimeOffset CreationRequestDateTime { get; init; }

    /// <summary>Key of the table.</summary>
    public required IReadOnlyList<KeySchemaElement> KeySchema { get; init; }

    /// <summary>One page of shards, parents before their children.</summary>
    public required IReadOnlyList<ShardDescription> Shards { get; init; }

    /// <summary>The last shard, when there are more; otherwise null.</summary>
    public string? LastEvaluatedShardId { get; init; }
}
