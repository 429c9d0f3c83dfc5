using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>Reads changes from a place in a shard on.</summary>
public sealed class GetRecords() : Operation(Definition)
{
    /// <summary>Most records one page holds.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Most bytes one page holds, by the records' own sizes; a single larger record is a page of its own.</summary>
    public const int MaxPageBytes = 1 << 20;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(GetRecords)) { IsOfStreams = true, IsRepeatable = true };

    /// <inheritdoc/>
    public override long MaxReplyItemBytes => MaxPageBytes;

    /// <summary>The stream, with whose name an iterator begins; null where it does not.</summary>
    public override OperationResource? Resource =>
        ShardIterator.LastIndexOf("|1|", StringComparison.Ordinal) is >= 0 and var end
            ? new OperationResource.OfArn(ShardIterator[..end])
            : null;

    /// <summary>The place.</summary>
    public required string ShardIterator { get; init; }

    /// <summary>How many records to return at most.</summary>
    public int Limit { get; init; } = MaxLimit;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        Limit > MaxLimit ? StreamFaults.LimitTooLarge(Limit, MaxLimit) : null;
}
