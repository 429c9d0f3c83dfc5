using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Exports;

/// <summary>The present states of tables; no past ones are kept.</summary>
/// <remarks>
/// Over a file a state is a snapshot of SQLite. In memory, where there is only one connection and it must not be held, it is a copy.
/// </remarks>
internal sealed class PresentStates(SessionPool sessions, TimeProvider time) : ITableStates
{
    /// <summary>
    /// How long ago a time may be and still mean the present: SDKs send whole seconds, and a request takes a moment.
    /// </summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    public TableState? TryOpen(EngineTable table, DateTimeOffset? at)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (at is { } asked && (asked > now || now - asked > Moment))
        {
            return null;
        }

        return sessions.TrySnapshot() is { } snapshot
            ? new Snapshot(snapshot, table.Id, at ?? now)
            : new Copy(sessions.Read(table.Id, static (session, id) => ReadAll(session, id)), at ?? now);
    }

    private static List<(RowKey, StoredItem)> ReadAll(Session session, long tableId) =>
        [.. Rows(session, tableId, long.MinValue, long.MaxValue)];

    private static IEnumerable<(RowKey Row, StoredItem Item)> Rows(Session session, long tableId, long firstHash, long lastHash)
    {
        Statement rows = session.Statement("SELECT item, size, page_size, hash, key FROM items "
                + "WHERE table_id = ?1 AND hash >= ?2 AND hash <= ?3 ORDER BY hash, key")
            .Bind(1, tableId).Bind(2, firstHash).Bind(3, lastHash);
        try
        {
            while (rows.Step())
            {
                yield return (new RowKey(rows.Int64(3), rows.Blob(4).ToArray()), Session.ReadStored(rows, 0));
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    private sealed class Snapshot(Session session, long tableId, DateTimeOffset time) : TableState(time)
    {
        public override IEnumerable<(RowKey Row, StoredItem Item)> Read(long firstHash, long lastHash) =>
            Rows(session, tableId, firstHash, lastHash);

        public override void Dispose() => session.Dispose();
    }

    private sealed class Copy(List<(RowKey Row, StoredItem Item)> items, DateTimeOffset time) : TableState(time)
    {
        public override IEnumerable<(RowKey Row, StoredItem Item)> Read(long firstHash, long lastHash) =>
            items.Where(item => item.Row.Hash >= firstHash && item.Row.Hash <= lastHash);

        public override void Dispose()
        {
        }
    }
}
