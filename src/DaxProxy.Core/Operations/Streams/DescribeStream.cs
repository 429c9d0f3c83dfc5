using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>Describes one stream and a page of its shards.</summary>
public sealed class DescribeStream() : Operation(Definition)
{
    /// <summary>Most shards one page holds.</summary>
    public const int MaxLimit = 100;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeStream)) { IsOfStreams = true, IsRepeatable = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(StreamArn);

    /// <summary>Resource name of the stream.</summary>
    public required string StreamArn { get; init; }

    /// <summary>The shard after which to begin; it need not exist any more.</summary>
    public string? ExclusiveStartShardId { get; init; }

    /// <summary>Whether only the children of a shard are asked for.</summary>
    public bool OnlyChildren { get; init; }

    /// <summary>The shard whose children are asked for; null when absent.</summary>
    public string? ParentShardId { get; init; }

    /// <summary>How many shards to return at most.</summary>
    public int Limit { get; init; } = MaxLimit;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (Limit > MaxLimit)
        {
            return StreamFaults.LimitTooLarge(Limit, MaxLimit);
        }

        return OnlyChildren && ParentShardId is null
            ? StreamFaults.FilterWithoutShard
            : Streams.StreamArn.Check(StreamArn);
    }
}
