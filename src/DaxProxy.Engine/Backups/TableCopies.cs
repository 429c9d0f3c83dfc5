using System.Collections.Concurrent;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// Copies states of tables: into backups, and out of backups or of the past into new tables. Each step reads a page of a state, which is
/// held, writes it, and notes how far it came, in one transaction. So a copy that was interrupted goes on at the next start, and nothing
/// is written twice.
/// </summary>
internal sealed class TableCopies(EngineCatalog catalog, WriteQueue writes, ItemHistory history, ItemWriter items)
{
    private readonly ConcurrentDictionary<long, bool> running = [];

    /// <summary>Notes a copy that is to be made.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="holdId">The state.</param>
    /// <param name="targetId">Number of the table, or of the backup's items.</param>
    public static void Begin(Session session, long holdId, long targetId) => session.Statement(
            "INSERT INTO copies (hold_id, target_id, hash, key) VALUES (?1, ?2, ?3, ?4)")
        .Bind(1, holdId).Bind(2, targetId).Bind(3, long.MinValue).Bind(4, []).Run();

    /// <summary>How many tables are being restored.</summary>
    public static long CountRestores(Session session)
    {
        Statement count = session.Statement("SELECT count(*) FROM copies WHERE target_id IN (SELECT id FROM tables)");
        count.Step();
        long found = count.Int64(0);
        count.Reset();
        return found;
    }

    /// <summary>Makes all copies that are not complete.</summary>
    public async Task RunAllAsync(CancellationToken cancellationToken = default)
    {
        foreach (long holdId in await writes.RunAsync(List).ConfigureAwait(false))
        {
            if (!running.TryAdd(holdId, true))
            {
                continue;
            }

            try
            {
                await RunAsync(holdId, cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One that cannot be made, as of a page that is damaged, must not keep the others. It is tried again.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
            finally
            {
                running.TryRemove(holdId, out _);
            }
        }
    }

    private async Task RunAsync(long holdId, CancellationToken cancellationToken)
    {
        Step step;
        do
        {
            step = await writes.RunInBackgroundAsync(rows => CopySome(rows, holdId), Show).ConfigureAwait(false);
        }
        while (!step.IsLast && !cancellationToken.IsCancellationRequested);

        if (step.IsLast)
        {
            await DroppedRows.RemoveAllAsync(writes, cancellationToken).ConfigureAwait(false);
        }
    }

    private static List<long> List(Session session)
    {
        List<long> found = [];
        Statement rows = session.Statement("SELECT hold_id FROM copies ORDER BY hold_id");
        while (rows.Step())
        {
            found.Add(rows.Int64(0));
        }

        rows.Reset();
        return found;
    }

    private Step CopySome(ItemRows rows, long holdId)
    {
        Statement find = rows.Session.Statement(
                "SELECT h.table_id, h.point, c.target_id, c.hash, c.key FROM copies c JOIN holds h ON h.id = c.hold_id "
                + "WHERE c.hold_id = ?1")
            .Bind(1, holdId);
        if (!find.Step())
        {
            find.Reset();
            return Step.Nothing;
        }

        (long sourceId, long point, long targetId) = (find.Int64(0), find.Int64(1), find.Int64(2));
        RowKey after = new(find.Int64(3), find.Blob(4).ToArray());
        find.Reset();
        HistoryPage<StateItem> page = TableHistory.ReadState(rows.Session, sourceId, point, after);
        EngineTable? target = catalog.All.FirstOrDefault(table => table.Id == targetId);
        List<WriteEffect> effects = [];
        foreach ((RowKey row, StoredItem item) in page.Rows)
        {
            if (target is null)
            {
                ItemRows.KeepItem(rows.Session, targetId, row, item);
            }
            else
            {
                effects.Add(items.Restore(rows, target, row, item));
            }
        }

        if (page.Last is { } last)
        {
            rows.Session.Statement("UPDATE copies SET hash = ?1, key = ?2 WHERE hold_id = ?3")
                .Bind(1, last.Hash).Bind(2, last.Key).Bind(3, holdId).Run();
            return new Step(false, effects);
        }

        rows.Session.Statement("DELETE FROM copies WHERE hold_id = ?1").Bind(1, holdId).Run();
        Holds.End(rows.Session, holdId, sourceId);
        return new Step(true, effects)
        {
            SourceId = sourceId,
            IsHistoryWanted = ItemHistory.IsWanted(rows.Session, sourceId),
            Restored = target is null ? null : Complete(rows.Session, target),
        };
    }

    private static EngineTable Complete(Session session, EngineTable table)
    {
        TableDescription definition = table.Definition with { Restore = table.Definition.Restore! with { RestoreInProgress = false } };
        session.Statement("UPDATE tables SET definition = ?1 WHERE id = ?2")
            .Bind(1, EngineCatalog.Serialize(definition)).Bind(2, table.Id).Run();
        return table.Redefined(definition, transition: TableTransition.None);
    }

    private void Show(Step step)
    {
        step.Effects.ForEach(static effect => effect.PublishTotals());
        if (step.SourceId is { } sourceId)
        {
            history.Show(sourceId, step.IsHistoryWanted);
        }

        if (step.Restored is { } restored)
        {
            // However far reads may be behind, a table that can be read is complete.
            writes.CatchUp();
            catalog.Add(restored);
        }
    }

    /// <summary>What a step did.</summary>
    /// <param name="IsLast">Whether nothing is left to copy.</param>
    /// <param name="Effects">The items of a table that were written.</param>
    private sealed record Step(bool IsLast, List<WriteEffect> Effects)
    {
        /// <summary>There was nothing to do any more.</summary>
        public static Step Nothing { get; } = new(true, []);

        /// <summary>Where the items came from; null before the last step.</summary>
        public long? SourceId { get; init; }

        /// <summary>Whether its past is still to be kept.</summary>
        public bool IsHistoryWanted { get; init; }

        /// <summary>The table that is complete now; null for none.</summary>
        public EngineTable? Restored { get; init; }
    }
}
