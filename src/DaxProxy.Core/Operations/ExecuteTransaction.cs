using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Runs up to 100 PartiQL statements, all reads of one item each or all writes, as one transaction.</summary>
public sealed class ExecuteTransaction() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ExecuteTransaction)) { IsDecoded = true, Effect = VerbEffect.Statements };

    /// <inheritdoc/>
    public override long MaxReplyItemBytes =>
        Statements.Count(static one => one.MaxReplyItemBytes > 0) * ReplyLimits.ItemBytes;

    /// <summary>The statements in the order sent; only what a member of a transaction may carry is set.</summary>
    public required IReadOnlyList<ExecuteStatement> Statements { get; init; }

    /// <summary>Makes repetitions within ten minutes have no effect; null when absent.</summary>
    public string? ClientRequestToken { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>None. The parser of the statements reports a fault in one, with its position.</summary>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
