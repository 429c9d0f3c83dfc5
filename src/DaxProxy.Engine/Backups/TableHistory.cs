using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// Reads what the items of a table were. The state at a point is the present rows, but for each key that was changed after the point what
/// its first later change has kept.
/// </summary>
/// <remarks>
/// A state is read page by page, in the order of scans. Each page may be read in another transaction: whatever happened between two of them
/// is undone by what the history holds of it. So nothing need be kept open, but the history has to stay: hold the state (<see
/// cref="Holds"/>) while it is read. A page takes a bounded number of rows and bytes.
/// </remarks>
internal static class TableHistory
{
    private const int RowsPerPage = 500;
    private const int BytesPerPage = 1 << 20;

    /// <summary>Reads the next items of a state.</summary>
    /// <param name="session">Any session.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="point">Stamp of the last change that belongs to the state.</param>
    /// <param name="after">Where the page before ended; null to begin.</param>
    public static HistoryPage<StateItem> ReadState(Session session, long tableId, long point, RowKey? after)
    {
        Statement present = Present(session, tableId, after), changed = Changed(session, tableId, point, after);
        List<StateItem> items = [];
        int rows = 0, bytes = 0;
        RowKey? item = Next(present, null), change = Next(changed, null), last = after;
        while ((item ?? change) is not null && rows < RowsPerPage && bytes < BytesPerPage)
        {
            rows++;
            int order = item is null ? 1 : change is null ? -1 : item.Value.CompareTo(change.Value);
            RowKey row = order <= 0 ? item!.Value : change!.Value;
            StoredItem? found = order < 0 ? Session.ReadStored(present, 2) : Image(changed, 3);
            if (found is not null)
            {
                items.Add(new StateItem(row, found));
                bytes += found.Item.Json.Length;
            }

            item = order <= 0 ? Next(present, row) : item;
            change = order >= 0 ? Next(changed, row) : change;
            last = row;
        }

        present.Reset();
        changed.Reset();
        return new HistoryPage<StateItem>(items, (item ?? change) is null ? null : last);
    }

    /// <summary>Reads the next items that differ between two states, or were written in between.</summary>
    /// <param name="session">Any session.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="from">Stamp of the last change that belongs to the earlier state, which is the one that has to be held.</param>
    /// <param name="to">Stamp of the last change that belongs to the later state.</param>
    /// <param name="after">Where the page before ended; null to begin.</param>
    public static HistoryPage<ItemChange> ReadChanges(Session session, long tableId, long from, long to, RowKey? after)
    {
        Statement changed = Changed(session, tableId, from, after);
        List<ItemChange> changes = [];
        int rows = 0, bytes = 0;
        RowKey? next = Next(changed, null), last = after;
        while (next is { } row && rows < RowsPerPage && bytes < BytesPerPage)
        {
            rows++;
            long stamp = changed.Int64(2);
            StoredItem? old = Image(changed, 3), updated = null;
            bool isKnown = false;
            for (next = row; next is { } same && same.Equals(row); next = changed.Step() ? KeyOf(changed) : null)
            {
                rows++;
                if (changed.Int64(2) > to)
                {
                    (updated, isKnown) = (Image(changed, 3), true);
                    next = Next(changed, row);
                    break;
                }

                stamp = changed.Int64(2);
            }

            if (stamp <= to)
            {
                updated = isKnown ? updated : session.FindItem(tableId, row);
                changes.Add(new ItemChange(row, stamp, old, updated));
                bytes += (old?.Item.Json.Length ?? 0) + (updated?.Item.Json.Length ?? 0);
            }

            last = row;
        }

        changed.Reset();
        return new HistoryPage<ItemChange>(changes, next is null ? null : last);
    }

    private static Statement Present(Session session, long tableId, RowKey? after) => session.Statement(
            "SELECT hash, key, item, size, page_size FROM items WHERE table_id = ?1 AND (hash, key) > (?2, ?3) ORDER BY hash, key")
        .Bind(1, tableId).Bind(2, after?.Hash ?? long.MinValue).Bind(3, after?.Key ?? []);

    private static Statement Changed(Session session, long tableId, long point, RowKey? after) => session.Statement(
            "SELECT hash, key, stamp, item, size, page_size FROM history WHERE table_id = ?1 AND (hash, key) > (?2, ?3) AND stamp > ?4 "
            + "ORDER BY hash, key, stamp")
        .Bind(1, tableId).Bind(2, after?.Hash ?? long.MinValue).Bind(3, after?.Key ?? []).Bind(4, point);

    /// <summary>The next row of another key; null at the end.</summary>
    private static RowKey? Next(Statement rows, RowKey? row)
    {
        while (rows.Step())
        {
            RowKey next = KeyOf(rows);
            if (!next.Equals(row))
            {
                return next;
            }
        }

        return null;
    }

    private static RowKey KeyOf(Statement row) => new(row.Int64(0), row.Blob(1).ToArray());

    private static StoredItem? Image(Statement row, int column) => row.IsNull(column) ? null : Session.ReadStored(row, column);
}
