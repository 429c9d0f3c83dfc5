using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>Gives a place to begin reading a shard.</summary>
public sealed class GetShardIterator() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(GetShardIterator)) { IsOfStreams = true, IsRepeatable = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(StreamArn);

    /// <summary>Resource name of the stream.</summary>
    public required string StreamArn { get; init; }

    /// <summary>The shard.</summary>
    public required string ShardId { get; init; }

    /// <summary>Which place.</summary>
    public required ShardIteratorType ShardIteratorType { get; init; }

    /// <summary>The record at or after which to begin; null for the kinds that need none.</summary>
    public string? SequenceNumber { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        bool needsNumber = ShardIteratorType is ShardIteratorType.AT_SEQUENCE_NUMBER or ShardIteratorType.AFTER_SEQUENCE_NUMBER;
        if (needsNumber != SequenceNumber is not null)
        {
            return needsNumber ? StreamFaults.NoSequenceNumber : StreamFaults.UnusedSequenceNumber;
        }

        return Streams.StreamArn.Check(StreamArn);
    }
}
