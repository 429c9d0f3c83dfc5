using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// Reads what the items of a table were. The state at a point is the present rows, but for each key that was changed after the point what
/// its first later change has kept.
/// </summary>
/// <remarks>
/// A state is read page by page, in the order of scans. Each page may be read in another transaction: what happened between two of them is
/// undone with what the history holds of it. So nothing need be kept open, but the history has to stay: hold the state
/// (<see cref="Holds"/>) while it is read. A page takes a bounded number of keys and bytes, however often a key was changed.
/// </remarks>
internal static class TableHistory
{
    private const int KeysPerPage = 100;
    private const int BytesPerPage = 256 << 10;

    /// <summary>Reads the next items of a state, all in one transaction.</summary>
    /// <param name="session">A session in a transaction.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="point">Stamp of the last change that belongs to the state.</param>
    /// <param name="after">Where the page before ended; null to begin.</param>
    public static HistoryPage<StateItem> ReadState(Session session, long tableId, long point, RowKey? after)
    {
        Statement present = session.Statement(
                "SELECT hash, key, item, size, page_size FROM items WHERE table_id = ?1 AND (hash, key) > (?2, ?3) ORDER BY hash, key")
            .Bind(1, tableId).Bind(2, after?.Hash ?? long.MinValue).Bind(3, after?.Key ?? []);
        List<StateItem> items = [];
        int keys = 0, bytes = 0;
        RowKey? item = Next(present), changed = NextKey(session, tableId, after), last = after;
        for (; (item ?? changed) is not null && keys < KeysPerPage && bytes < BytesPerPage; keys++)
        {
            int order = item is null ? 1 : changed is null ? -1 : item.Value.CompareTo(changed.Value);
            RowKey row = order <= 0 ? item!.Value : changed!.Value;
            StoredItem? found = order <= 0 ? Session.ReadStored(present, 2) : null;
            if (order >= 0 && FindChange(session, tableId, row, point) is { } change)
            {
                found = change.Old;
            }

            if (found is not null)
            {
                items.Add(new StateItem(row, found));
                bytes += found.Item.Json.Length;
            }

            item = order <= 0 ? Next(present) : item;
            changed = order >= 0 ? NextKey(session, tableId, row) : changed;
            last = row;
        }

        present.Reset();
        return new HistoryPage<StateItem>(items, (item ?? changed) is null ? null : last);
    }

    /// <summary>Reads the next items that were written between two states, all in one transaction.</summary>
    /// <param name="session">A session in a transaction.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="from">Stamp of the last change that belongs to the earlier state, which is the one that has to be held.</param>
    /// <param name="to">Stamp of the last change that belongs to the later state.</param>
    /// <param name="after">Where the page before ended; null to begin.</param>
    public static HistoryPage<ItemChange> ReadChanges(Session session, long tableId, long from, long to, RowKey? after)
    {
        List<ItemChange> changes = [];
        int keys = 0, bytes = 0;
        RowKey? next = NextKey(session, tableId, after), last = after;
        for (; next is { } row && keys < KeysPerPage && bytes < BytesPerPage; keys++)
        {
            if (FindChange(session, tableId, row, from) is { } first && first.Stamp <= to)
            {
                StoredItem? updated = FindChange(session, tableId, row, to) is { } later ? later.Old : session.FindItem(tableId, row);
                changes.Add(new ItemChange(row, LastStamp(session, tableId, row, to), first.Old, updated));
                bytes += (first.Old?.Item.Json.Length ?? 0) + (updated?.Item.Json.Length ?? 0);
            }

            last = row;
            next = NextKey(session, tableId, row);
        }

        return new HistoryPage<ItemChange>(changes, next is null ? null : last);
    }

    /// <summary>The next key that was ever changed, as far as the history reaches; null at the end.</summary>
    private static RowKey? NextKey(Session session, long tableId, RowKey? after)
    {
        Statement find = session.Statement(
                "SELECT hash, key FROM history WHERE table_id = ?1 AND (hash, key) > (?2, ?3) ORDER BY hash, key LIMIT 1")
            .Bind(1, tableId).Bind(2, after?.Hash ?? long.MinValue).Bind(3, after?.Key ?? []);
        RowKey? next = Next(find);
        find.Reset();
        return next;
    }

    /// <summary>The first change of an item after a point, and what was there before it; null for none.</summary>
    private static (long Stamp, StoredItem? Old)? FindChange(Session session, long tableId, RowKey row, long point)
    {
        Statement find = session.Statement(
                // Left to itself SQLite walks all later changes of the table.
                "SELECT stamp, item, size, page_size FROM history INDEXED BY history_by_key "
                + "WHERE table_id = ?1 AND hash = ?2 AND key = ?3 AND stamp > ?4 ORDER BY stamp LIMIT 1")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key).Bind(4, point);
        (long, StoredItem?)? found = find.Step() ? (find.Int64(0), find.IsNull(1) ? null : Session.ReadStored(find, 1)) : null;
        find.Reset();
        return found;
    }

    /// <summary>The stamp of the last change of an item up to a point. There must be one.</summary>
    private static long LastStamp(Session session, long tableId, RowKey row, long point)
    {
        Statement find = session.Statement(
                "SELECT max(stamp) FROM history WHERE table_id = ?1 AND hash = ?2 AND key = ?3 AND stamp <= ?4")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key).Bind(4, point);
        find.Step();
        long stamp = find.Int64(0);
        find.Reset();
        return stamp;
    }

    private static RowKey? Next(Statement rows) => rows.Step() ? new RowKey(rows.Int64(0), rows.Blob(1).ToArray()) : null;
}
