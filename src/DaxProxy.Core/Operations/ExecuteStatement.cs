using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Runs one PartiQL statement.</summary>
/// <remarks>The statement stays text here. The backend that answers the operation parses it, or passes it on as it is.</remarks>
public sealed class ExecuteStatement() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ExecuteStatement)) { IsDecoded = true, Effect = VerbEffect.Statements };

    /// <inheritdoc/>
    public override long MaxReplyItemBytes => ReturnsItems() ? ReplyLimits.PageBytes : 0;

    /// <summary>The statement as sent, at most 8192 characters.</summary>
    public required string Statement { get; init; }

    /// <summary>What its question marks stand for, from left to right; empty when absent.</summary>
    public IReadOnlyList<Decoded<AttributeValue>> Parameters { get; init; } = [];

    /// <summary>Whether reads must see every write acknowledged before them.</summary>
    public bool ConsistentRead { get; init; }

    /// <summary>Where a SELECT goes on; null to begin at the start.</summary>
    public string? NextToken { get; init; }

    /// <summary>How many entries a SELECT reads at most (before its WHERE); null for as many as a page holds.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether a failed condition returns the item it failed on.</summary>
    public bool ReturnItemOnConditionFailure { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>
    /// What this member of a batch is answered with before anything is done for it; null for nothing. Set by who decides whether the caller
    /// may do it.
    /// </summary>
    public DynamoError? Refusal { get; set; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        foreach (Decoded<AttributeValue> parameter in Parameters)
        {
            if (parameter.Fault is { } fault)
            {
                return DynamoError.Validation(fault);
            }
        }

        return null;
    }

    /// <summary>
    /// Whether it may answer with items. It is not parsed here, so one that begins with a comment is taken for one that does.
    /// </summary>
    private bool ReturnsItems()
    {
        ReadOnlySpan<char> text = Statement.AsSpan().TrimStart();
        bool isInsert = text.StartsWith("insert", StringComparison.OrdinalIgnoreCase);
        bool isChange = text.StartsWith("update", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("delete", StringComparison.OrdinalIgnoreCase);
        return ReturnItemOnConditionFailure
            || !(isInsert || (isChange && !text.Contains("returning", StringComparison.OrdinalIgnoreCase)));
    }
}
