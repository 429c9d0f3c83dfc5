namespace DaxProxy.Engine.Storage;

/// <summary>
/// The rows of what was dropped: tables, indexes, settings. Their numbers are never used again, so no read that counts reaches them after
/// the commit that dropped their owner, and removing them changes no answer.
/// </summary>
internal static class DroppedRows
{
    private const int RowsPerStep = 500;

    /// <summary>Removes all of them in small steps, also those that a former process left behind.</summary>
    public static async Task RemoveAllAsync(WriteQueue writes, CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested && await writes.RunAsync(RemoveSome).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Removes a few rows of one dropped table, index or setting; false when nothing is left to do.</summary>
    private static bool RemoveSome(Session session)
    {
        Statement next = session.Statement(
            "SELECT rowid, ifnull(table_id, 0), ifnull(index_id, 0), ifnull(setting_id, 0) FROM dropped LIMIT 1");
        if (!next.Step())
        {
            next.Reset();
            return false;
        }

        (long row, long tableId, long indexId, long settingId) = (next.Int64(0), next.Int64(1), next.Int64(2), next.Int64(3));
        next.Reset();
        bool isDone = tableId != 0
            ? Remove(session, "items", "table_id, hash, key", tableId) && Remove(session, "collections", "table_id, hash", tableId)
            : indexId != 0
            ? Remove(session, "entries", "index_id, hash, key, base", indexId)
                && Remove(session, "vectors", "index_id, hash, key, base", indexId)
            : Remove(session, "expirations", "setting_id, hash, key", settingId);
        if (isDone)
        {
            session.Statement("DELETE FROM dropped WHERE rowid = ?1").Bind(1, row).Run();
        }

        return true;
    }

    /// <summary>Removes a few rows of what the first part of a key names; true when no more are left.</summary>
    private static bool Remove(Session session, string rows, string key, long owner)
    {
        string first = key[..key.IndexOf(',', StringComparison.Ordinal)];
        session.Statement($"DELETE FROM {rows} WHERE ({key}) IN (SELECT {key} FROM {rows} WHERE {first} = ?1 LIMIT ?2)")
            .Bind(1, owner).Bind(2, RowsPerStep).Run();
        Statement changes = session.Statement("SELECT changes()");
        changes.Step();
        bool isLast = changes.Int64(0) < RowsPerStep;
        changes.Reset();
        return isLast;
    }
}
