using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>One write of a request, as the cache sees it.</summary>
/// <param name="TableName">Name or ARN of the table.</param>
/// <param name="Attributes">The item or its key.</param>
/// <param name="IsItem">Whether the attributes are the whole item that is put.</param>
internal sealed record PlannedWrite(string TableName, AttributeMap Attributes, bool IsItem)
{
    private static readonly HashSet<string> Nothing = [];

    /// <summary>The top-level attributes that may change where there is an item already; null for all.</summary>
    public IReadOnlySet<string>? Touched { get; private init; }

    /// <summary>Whether the request says what the item is if the write happens: the item that is put, or none.</summary>
    public bool SaysResult { get; private init; }

    /// <summary>Whether the item is only looked at.</summary>
    public bool IsCheck { get; private init; }

    /// <summary>Whether it had happened before we heard of it, so that others may have followed it.</summary>
    public bool IsPast { get; init; }

    /// <summary>A single write, or an action of a transaction.</summary>
    public static PlannedWrite Of(WriteOperation operation) =>
        new(operation.TableName, TransactWriteItems.AttributesOf(operation), operation is PutItem)
        {
            IsCheck = operation is ConditionCheck,
            SaysResult = operation is PutItem or DeleteItem,
            Touched = operation switch
            {
                UpdateItem { Update: { } update } => NamesOf(update),
                UpdateItem => Nothing,
                _ => null,
            },
        };

    /// <summary>A write of a batch.</summary>
    public static PlannedWrite Of(BatchWriteItem.WriteRequest write) =>
        new(write.TableName, (write.Item ?? write.Key)!.Value.Value!, write.Item is not null) { SaysResult = true };

    private static HashSet<string> NamesOf(UpdateExpression update) =>
        update.Targets.Select(target => target.TopLevelName).ToHashSet(StringComparer.Ordinal);
}
