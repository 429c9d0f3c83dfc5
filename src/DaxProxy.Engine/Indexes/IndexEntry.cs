using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Indexes;

/// <summary>What one item contributes to one index.</summary>
/// <param name="Row">Where the entry lies.</param>
/// <param name="Content">What it holds.</param>
internal sealed record IndexEntry(RowKey Row, StoredItem Content)
{
    /// <summary>The entry of an item; null when the item lacks one of the index's keys and so is not in it (a sparse index).</summary>
    public static IndexEntry? Of(EngineTable table, IndexInfo index, AttributeMap item)
    {
        // A wrong type or length can only be an item older than the index; such items stay out of it.
        if (!index.Layout.Has(item))
        {
            return null;
        }

        AttributeMap projected = index.Project(table.KeySchema, item);
        string? sortName = index.Range.Count == 0 ? null : index.Range[0].Name;
        return new IndexEntry(
            new RowKey(RowKey.HashColumn(item[index.Hash[0].Name]), index.Layout.KeyOf(item)),
            new StoredItem(Item.FromAttributes(projected), ItemSize.OnPage(projected, sortName)));
    }
}
