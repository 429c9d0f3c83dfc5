using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Runs up to 25 PartiQL statements, all reads of one item each or all writes, each for itself.</summary>
public sealed class BatchExecuteStatement() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(BatchExecuteStatement)) { IsDecoded = true, Effect = VerbEffect.Statements };

    /// <inheritdoc/>
    public override long MaxReplyItemBytes =>
        Math.Min(ReplyLimits.BatchBytes, Statements.Count(static one => one.MaxReplyItemBytes > 0) * ReplyLimits.ItemBytes);

    /// <summary>The statements in the order sent; only what a member of the batch may carry is set.</summary>
    public required IReadOnlyList<ExecuteStatement> Statements { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>None: a fault in a member is that member's answer.</summary>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
