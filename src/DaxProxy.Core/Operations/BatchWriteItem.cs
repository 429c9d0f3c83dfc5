using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Puts or deletes up to 25 items of any tables; each write is atomic, the batch is not.</summary>
public sealed class BatchWriteItem() : Operation(Definition)
{
    /// <summary>Most writes one call may carry.</summary>
    public const int MaxWrites = 25;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(BatchWriteItem))
    {
        IsDecoded = true,
        Effect = VerbEffect.Items,
        MayDoPart = true,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [.. Writes.Select(write => write.TableName).Distinct()];

    /// <summary>The writes, table by table in the order sent.</summary>
    public required IReadOnlyList<WriteRequest> Writes { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>Whether to report the sizes of item collections.</summary>
    public bool ReturnItemCollectionMetrics { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        foreach (WriteRequest write in Writes)
        {
            if ((write.Item is null) == (write.Key is null))
            {
                return RequestFaults.NotOneWrite;
            }

            if ((write.Item ?? write.Key)!.Value.Fault is { } fault)
            {
                return DynamoError.Validation(fault);
            }

            if (write.Item is { Value: { } item } && ItemSize.Of(item) > ItemSize.MaxItemBytes)
            {
                return RequestFaults.ItemTooLarge;
            }
        }

        return Writes.Count > MaxWrites ? RequestFaults.TooManyItems(Name) : null;
    }

    /// <summary>One write of a batch: exactly one of <see cref="Item"/> and <see cref="Key"/>.</summary>
    public sealed class WriteRequest
    {
        /// <summary>Name of the table.</summary>
        public required string TableName { get; init; }

        /// <summary>The item to put; null for a delete.</summary>
        public Decoded<AttributeMap>? Item { get; init; }

        /// <summary>The key to delete; null for a put.</summary>
        public Decoded<AttributeMap>? Key { get; init; }
    }
}
