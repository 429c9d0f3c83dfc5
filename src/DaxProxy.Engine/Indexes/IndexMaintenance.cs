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
                effect.AddIndex(index, (after ?? before)!.Row.Hash, units, change);
            }
        }

        foreach (EngineVectorIndex index in table.VectorIndexes)
        {
            VectorEntry? before = old is null ? null : VectorEntry.Of(table, index, old);
            VectorEntry? after = updated is null ? null : VectorEntry.Of(table, index, updated);
            double bytes = Change(rows, index, item, before, after);
            if (bytes > 0)
            {
                TotalsChange change = index.IsReady ? TotalsChange.Between(before?.SizeBytes, after?.SizeBytes) : default;
                effect.AddIndex(index, (after ?? before)!.Row.Hash, bytes, change);
            }
        }
    }

    /// <summary>Makes the change of one vector index and gives the bytes written; 0 when the entry stays as it is.</summary>
    private static double Change(ItemRows rows, EngineVectorIndex index, RowKey item, VectorEntry? before, VectorEntry? after)
    {
        if (before is not null && after is not null && before.SaysTheSameAs(after))
        {
            return 0;
        }

        bool isSamePlace = before is not null && after is not null && before.Row.Key.AsSpan().SequenceEqual(after.Row.Key);
        if (before is not null && !isSamePlace)
        {
            rows.DeleteEntry(index.Id, before.Row, item);
            rows.DeleteVector(index.Id, before.Row, item);
        }

        if (after is not null)
        {
            after.Put(rows, index, item);
        }

        return isSamePlace ? Math.Max(Bytes(before), Bytes(after)) : Bytes(before) + Bytes(after);
    }

    private static double Bytes(VectorEntry? entry) => entry is null ? 0 : Capacity.VectorWriteBytes(entry.SizeBytes);

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
