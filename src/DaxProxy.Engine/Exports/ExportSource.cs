using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Exports;

/// <summary>What an export reads: the state of a table at a point, or what changed between two, which is held meanwhile.</summary>
/// <remarks>
/// Thread-safe. Each page is read in a transaction of its own, so that no old state of the store keeps its log from being emptied, however
/// long the export takes.
/// </remarks>
/// <param name="sessions">Where pages are read.</param>
/// <param name="holdId">The number of its hold.</param>
/// <param name="tableId">The table.</param>
/// <param name="from">Stamp of the last change before those that are read; null for a state.</param>
/// <param name="to">Stamp of the last change that belongs to what is read.</param>
internal sealed class ExportSource(SessionPool sessions, long holdId, long tableId, long? from, long to)
{
    public long HoldId => holdId;

    public long TableId => tableId;

    /// <summary>
    /// Reads the items whose hashes are in a range, both ends included, in the order of hashes and keys. Those of a state are told as
    /// changes from nothing.
    /// </summary>
    public IEnumerable<ItemChange> Read(long firstHash, long lastHash, CancellationToken stopping)
    {
        // No key is empty: this is before all of the hash.
        RowKey? after = new(firstHash, []);
        while (after is { } start && start.Hash <= lastHash)
        {
            stopping.ThrowIfCancellationRequested();
            HistoryPage<ItemChange> page = sessions.Read(
                (Source: this, start), static (session, page) => session.InOneSnapshot(() => page.Source.ReadPage(session, page.start)));
            foreach (ItemChange change in page.Rows)
            {
                if (change.Row.Hash > lastHash)
                {
                    yield break;
                }

                // Of an item that came and went between the two states nothing is told.
                if ((change.New ?? change.Old) is not null)
                {
                    yield return change;
                }
            }

            after = page.Last;
        }
    }

    private HistoryPage<ItemChange> ReadPage(Session session, RowKey after)
    {
        if (from is { } earlier)
        {
            return TableHistory.ReadChanges(session, tableId, earlier, to, after);
        }

        HistoryPage<StateItem> page = TableHistory.ReadState(session, tableId, to, after);
        return new HistoryPage<ItemChange>([.. page.Rows.Select(item => new ItemChange(item.Row, 0, null, item.Item))], page.Last);
    }
}
