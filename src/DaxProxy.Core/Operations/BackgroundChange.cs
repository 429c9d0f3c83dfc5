using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>
/// A change of an item, or of what an index holds, that no client's write made, so that no reply carries its effect: a deletion by time to
/// live, the filling of a new index, an item of a bulk operation.
/// </summary>
/// <remarks>
/// A cache must be told once the change can be read, and before any later write is acknowledged: a later write finds the item as this
/// change left it, and its reply says nothing of what was there before. Immutable.
/// </remarks>
public sealed record BackgroundChange
{
    private BackgroundChange(string tableName) => TableName = tableName;

    /// <summary>Name of the table.</summary>
    public string TableName { get; }

    /// <summary>The item before and after; at least one of the two is there. Null for a change of an index.</summary>
    public WriteImages? Images { get; private init; }

    /// <summary>The index that may have changed anywhere; null for a change of an item.</summary>
    public string? IndexName { get; private init; }

    /// <summary>An item changed, and with it its entries in the indexes of its table.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="old">The item before; null when there was none.</param>
    /// <param name="updated">The item after; null when there is none.</param>
    public static BackgroundChange OfItem(string tableName, Item? old, Item? updated) =>
        new(tableName) { Images = new WriteImages(old, updated) };

    /// <summary>Entries of an index changed while the items of its table stayed as they were.</summary>
    public static BackgroundChange OfIndex(string tableName, string indexName) => new(tableName) { IndexName = indexName };
}
