using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Reads up to 100 items of any tables as of one moment.</summary>
public sealed class TransactGetItems() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(TransactGetItems)) { IsDecoded = true, IsRepeatable = true };

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [.. Gets.Select(get => get.TableName).Distinct()];

    /// <inheritdoc/>
    public override long MaxReplyItemBytes =>
        Math.Min(ReplyLimits.TransactionBytes, Gets.Count * ReplyLimits.ItemBytes);

    /// <summary>The reads in the order sent.</summary>
    public required IReadOnlyList<GetItem> Gets { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        foreach (GetItem get in Gets)
        {
            if (get.Validate(layer) is { } error)
            {
                return error;
            }
        }

        return null;
    }
}
