using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Indexes;

/// <summary>
/// Fills new indexes from their tables, a few items at a time, so that other writers need not wait. Writes keep the index in step from the
/// moment it exists. An item that was written meanwhile is simply written again. If the process ends in the middle, the fill starts over at
/// the next start.
/// </summary>
internal sealed class IndexBackfill(EngineCatalog catalog, WriteQueue writes)
{
    private const int ItemsPerStep = 200;

    /// <summary>Fills all indexes that are not complete.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        foreach (EngineTable table in catalog.All)
        {
            foreach (StoredIndex index in table.AllIndexes.Where(index => !index.IsReady))
            {
                await FillAsync(table, index, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes what an item contributes. No cache holds what is read of a vector index, so the caches are not told.</summary>
    private static void Fill(ItemRows rows, EngineTable table, StoredIndex index, RowKey row, AttributeMap item)
    {
        if (index is EngineIndex secondary && IndexEntry.Of(table, secondary.Info, item) is { } entry)
        {
            rows.FillEntry(table.Name, index.Name, index.Id, entry.Row, row, entry.Content);
        }
        else if (index is EngineVectorIndex vectors)
        {
            VectorEntry.Of(table, vectors, item)?.Put(rows, vectors, row);
        }
    }

    private async Task FillAsync(EngineTable table, StoredIndex index, CancellationToken cancellationToken)
    {
        RowKey? position = new RowKey(long.MinValue, []);
        while (position is { } after)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            position = await writes.RunInBackgroundAsync(rows => FillSome(rows, table, index, after)).ConfigureAwait(false);
        }

        await writes.RunAsync(
            session => Complete(session, table, index),
            completed =>
            {
                if (completed is { } done)
                {
                    // However far an index may be behind, once it can be read it is complete.
                    writes.CatchUpIndexes();

                    // Who sees that it is active sees how much it holds.
                    done.Table.AllIndexes.First(one => one.Id == index.Id).Totals.Add(done.Totals);
                    catalog.Add(done.Table);
                }
            }).ConfigureAwait(false);
    }

    /// <summary>Fills in the items behind a position and gives the last of them; null at the end of the table.</summary>
    private RowKey? FillSome(ItemRows entries, EngineTable table, StoredIndex index, RowKey after)
    {
        if (catalog.Current(table) is not { } current || !IsFilling(current, index))
        {
            return null;
        }

        List<(RowKey Row, StoredItem Item)> items = [];
        Statement rows = entries.Session.Statement(
                "SELECT item, size, page_size, hash, key FROM items WHERE table_id = ?1 AND (hash, key) > (?2, ?3) "
                + "ORDER BY hash, key LIMIT ?4")
            .Bind(1, table.Id).Bind(2, after.Hash).Bind(3, after.Key).Bind(4, ItemsPerStep);
        while (rows.Step())
        {
            items.Add((new RowKey(rows.Int64(3), rows.Blob(4).ToArray()), Session.ReadStored(rows, 0)));
        }

        rows.Reset();
        foreach ((RowKey row, StoredItem item) in items)
        {
            Fill(entries, table, index, row, item.Item.Open());
        }

        return items.Count < ItemsPerStep ? null : items[^1].Row;
    }

    /// <summary>Makes an index ready. Null when it is gone, or when another fill completed it first.</summary>
    private (EngineTable Table, TotalsChange Totals)? Complete(Session session, EngineTable table, StoredIndex index)
    {
        if (catalog.Current(table) is not { } current || !IsFilling(current, index))
        {
            return null;
        }

        Statement count = session.Statement("SELECT count(*), ifnull(sum(size), 0) FROM entries WHERE index_id = ?1").Bind(1, index.Id);
        count.Step();
        TotalsChange totals = new(count.Int64(0), count.Int64(1));
        count.Reset();
        if (index is EngineVectorIndex vectors)
        {
            totals = totals with { Bytes = totals.Bytes + (totals.Rows * VectorEntry.VectorBytes(vectors)) };
        }

        session.Statement("UPDATE indexes SET item_count = ?1, size_bytes = ?2 WHERE id = ?3")
            .Bind(1, totals.Rows).Bind(2, totals.Bytes).Bind(3, index.Id).Run();

        TableDescription definition = current.Definition with
        {
            GlobalSecondaryIndexes =
            [
                .. current.Definition.GlobalSecondaryIndexes.Select(other =>
                    other.Definition.IndexName == index.Name ? other with { IndexStatus = "ACTIVE" } : other),
            ],
            VectorIndexes =
            [
                .. current.Definition.VectorIndexes.Select(other =>
                    other.Definition.IndexName == index.Name ? other with { IndexStatus = "ACTIVE" } : other),
            ],
        };
        session.Statement("UPDATE tables SET definition = ?1 WHERE id = ?2")
            .Bind(1, EngineCatalog.Serialize(definition)).Bind(2, table.Id).Run();
        return (current.Redefined(definition), totals);
    }

    private static bool IsFilling(EngineTable table, StoredIndex index) =>
        table.AllIndexes.Any(one => one.Id == index.Id && !one.IsReady);
}
