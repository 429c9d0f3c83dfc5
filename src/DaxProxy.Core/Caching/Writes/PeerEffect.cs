using System.Text.Json.Serialization;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>
/// What a write through one process, or past all of them, means to the caches of those that share its backend. Immutable; holds keys,
/// names and digests, but nothing else of what was written.
/// </summary>
/// <param name="IsInDoubt">Whether it is unknown if the write was made, so that it may still arrive.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "of")]
[JsonDerivedType(typeof(OfItem), "item")]
[JsonDerivedType(typeof(OfTable), "table")]
[JsonDerivedType(typeof(OfEverything), "everything")]
[JsonDerivedType(typeof(OfBulkOperation), "bulk")]
public abstract record PeerEffect(bool IsInDoubt)
{
    /// <summary>An item was written, or may have been.</summary>
    /// <param name="TableName">Name of the table.</param>
    /// <param name="Shape">What the writer took the table for (<see cref="Tables.TableInfo.Shape"/>).</param>
    /// <param name="Key">The item's key, in the bytes of its <see cref="DaxProxy.Core.Items.ItemKey"/>.</param>
    /// <param name="Raises">What it means to pages.</param>
    /// <param name="IsInDoubt">Whether it may still arrive.</param>
    public sealed record OfItem(string TableName, string Shape, byte[] Key, IReadOnlyList<PageRaise> Raises, bool IsInDoubt)
        : PeerEffect(IsInDoubt)
    {
        /// <summary>What the table's stream told of both images; null where it was not told by the stream, or less.</summary>
        public ItemChange? Change { get; init; }
    }

    /// <summary>Anything of a table may have changed, the table itself included.</summary>
    /// <param name="TableName">Name of the table.</param>
    /// <param name="IsInDoubt">Whether it may still happen.</param>
    public sealed record OfTable(string TableName, bool IsInDoubt) : PeerEffect(IsInDoubt);

    /// <summary>Anything may have changed.</summary>
    /// <param name="IsInDoubt">Whether it may still happen.</param>
    public sealed record OfEverything(bool IsInDoubt) : PeerEffect(IsInDoubt);

    /// <summary>A bulk operation goes on writing to tables.</summary>
    /// <param name="Operation">The operation; its resource name is empty where that is not known.</param>
    public sealed record OfBulkOperation(BulkOperation Operation) : PeerEffect(IsInDoubt: false);
}
