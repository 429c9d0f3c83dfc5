using DaxProxy.Core.Items;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Indexes;

/// <summary>Keeps the entries of all indexes of a table in step with one item.</summary>
internal static class IndexMaintenance
{
    /// <summary>Changes the entries as one item changes, and notes what that costs and adds up to.</summary>
    public static void Apply(
        ItemRows rows, EngineTable table, RowKey item, AttributeMap? old, AttributeMap? updated, WriteEffect effect)
    {
        foreach (EngineIndex index in table.Indexes)
        {
            IndexEntry? before = old is null ? null : IndexEntry.Of(table, index.Info, old);
            IndexEntry? after = updated is null ? null : IndexEntry.Of(table, index.Info, updated);
            double units = Change(rows, index, item, before, after);
            if (units > 0)
            {
                // A new index is counted when it is complete: until then it may lack the old entry.
                TotalsChange change = index.IsReady
                    ? TotalsChange.Between(before?.Content.Item.SizeBytes, after?.Content.Item.SizeBytes)
                    : default;
                effect.AddIndex(index, units, change);
            }
        }
    }

    /// <summary>Makes the change of one index and gives its write units; 0 when the entry stays as it is.</summary>
    private static double Change(ItemRows rows, EngineIndex index, RowKey item, IndexEntry? before, IndexEntry? after)
    {
        bool isSamePlace = before is not null && after is not null && before.Row.Key.AsSpan().SequenceEqual(after.Row.Key);
        if (isSamePlace && before!.Content.Holds(after!.Content.Item))
        {
            return 0;
        }

        if (before is not null && !isSamePlace)
        {
            rows.DeleteEntry(index.Id, before.Row, item);
        }

        if (after is not null)
        {
            rows.PutEntry(index.Id, after.Row, item, after.Content);
        }

        return isSamePlace
            ? Capacity.WriteUnits(Math.Max(before!.Content.Item.SizeBytes, after!.Content.Item.SizeBytes))
            : Units(before) + Units(after);
    }

    private static double Units(IndexEntry? entry) => entry is null ? 0 : Capacity.WriteUnits(entry.Content.Item.SizeBytes);
}
