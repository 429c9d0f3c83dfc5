using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Caching.Auditing;

/// <summary>An answer that is looked at once more.</summary>
/// <param name="table">Its table.</param>
internal abstract class AuditedHit(CatalogTable table)
{
    /// <summary>Its table.</summary>
    public CatalogTable Table => table;

    /// <summary>
    /// What is another one after each write that may have changed the answer; null where it is not answered any more, or such a write is
    /// known to be under way.
    /// </summary>
    public abstract (long, long)? Version { get; }

    /// <summary>
    /// Asks the backend, consistently: whether it holds the same, null where it does not say; and the capacity units that took.
    /// </summary>
    public abstract ValueTask<(bool? IsSame, long Units)> CompareAsync(IDynamoBackend backend, CancellationToken cancellationToken);

    /// <summary>Takes it out of the cache.</summary>
    public abstract void Drop();

    /// <summary>Whether two items are the same; the order of their attributes does not matter.</summary>
    protected static bool IsSame(Item? left, Item? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return left.Json.Span.SequenceEqual(right.Json.Span) || IsSame(left.Open(), right.Open());
    }

    private static bool IsSame(AttributeMap left, AttributeMap right) => left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out AttributeValue? other) && pair.Value.Equals(other));
}
