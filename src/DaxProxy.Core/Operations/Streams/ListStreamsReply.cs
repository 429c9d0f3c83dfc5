namespace DaxProxy.Core.Operations.Streams;

/// <summary>Answer to ListStreams.</summary>
/// <param name="streams">One page of streams.</param>
/// <param name="lastEvaluatedStreamArn">The last one, when there are more; otherwise null.</param>
public sealed class ListStreamsReply(IReadOnlyList<StreamSummary> streams, string? lastEvaluatedStreamArn) : Reply
{
    /// <summary>One page of streams.</summary>
    public IReadOnlyList<StreamSummary> Streams { get; } = streams;

    /// <summary>The last one, when there are more; otherwise null.</summary>
    public string? LastEvaluatedStreamArn { get; } = lastEvaluatedStreamArn;
}
