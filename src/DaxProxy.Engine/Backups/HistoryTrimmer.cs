using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// Removes, in small steps between other writes, what no restore can ask for any more: history older than a table's period, all of it
/// where point-in-time recovery is off, and what was kept of deleted tables for long enough.
/// </summary>
internal sealed class HistoryTrimmer(WriteQueue writes, BackupRows backups, TimeProvider time)
{
    private const int RowsPerStep = 500;

    /// <summary>Removes all that is too old now.</summary>
    public async Task TrimAsync(CancellationToken cancellationToken = default)
    {
        if (await writes.RunAsync(backups.DeleteOver).ConfigureAwait(false))
        {
            await DroppedRows.RemoveAllAsync(writes, cancellationToken).ConfigureAwait(false);
        }

        foreach (long tableId in await writes.RunAsync(ItemHistory.TablesWithRows).ConfigureAwait(false))
        {
            while (!cancellationToken.IsCancellationRequested
                && await writes.RunAsync(session => TrimSome(session, tableId)).ConfigureAwait(false))
            {
            }
        }
    }

    /// <summary>Removes a few of the oldest rows of a table; false when nothing is left to do.</summary>
    private bool TrimSome(Session session, long tableId)
    {
        DateTimeOffset? earliest = RecoverySetting.Find(session, tableId)?.Earliest(time.GetUtcNow());
        long last = earliest is null ? long.MaxValue : ItemHistory.LastOf(earliest.Value);
        Statement held = session.Statement("SELECT ifnull(min(point), ?2) FROM holds WHERE table_id = ?1").Bind(1, tableId).Bind(2, last);
        held.Step();
        last = Math.Min(last, held.Int64(0));
        held.Reset();
        session.Statement("DELETE FROM history WHERE table_id = ?1 AND stamp IN "
                + "(SELECT stamp FROM history WHERE table_id = ?1 AND stamp <= ?2 ORDER BY stamp LIMIT ?3)")
            .Bind(1, tableId).Bind(2, last).Bind(3, RowsPerStep).Run();
        Statement changes = session.Statement("SELECT changes()");
        changes.Step();
        long removed = changes.Int64(0);
        changes.Reset();
        if (removed > 0 && earliest is not null)
        {
            // What is gone is gone, also when the clock goes back or the period becomes longer.
            RecoverySetting.Forget(session, tableId, earliest.Value);
        }

        return removed == RowsPerStep;
    }
}
