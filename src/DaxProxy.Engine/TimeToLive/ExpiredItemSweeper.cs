using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.TimeToLive;

/// <summary>Deletes items whose time has ended, in small steps between other writes.</summary>
internal sealed class ExpiredItemSweeper(
    EngineCatalog catalog, TableReads reads, WriteQueue writes, ItemWriter writer, TimeToLiveCatalog settings, TimeProvider time)
{
    private const int ItemsPerStep = 100;

    /// <summary>
    /// Items that ended longer ago than this are left alone: more likely a mistake than a time. Source: the service's documentation.
    /// </summary>
    private const int OldestYears = 5;

    /// <summary>Deletes all that has expired by now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        (long Oldest, long Now) window = (now.AddYears(-OldestYears).ToUnixTimeSeconds(), now.ToUnixTimeSeconds());
        foreach (EngineTable table in catalog.All)
        {
            if (settings.Find(table.Id) is { } setting)
            {
                await SweepAsync(table, setting, window, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SweepAsync(
        EngineTable table, TimeToLiveSetting setting, (long Oldest, long Now) window, CancellationToken cancellationToken)
    {
        // A look before the turn at the writer: mostly there is nothing to do.
        while (!cancellationToken.IsCancellationRequested
            && reads.Run((setting, window), static (ref scope, state) =>
                scope.Read(state, static (session, state) => Due(session, state.setting, state.window, 1))).Count > 0)
        {
            List<WriteEffect>? effects = await writes.RunInBackgroundAsync(
                rows => SweepSome(rows, table, setting, window),
                static effects => effects?.ForEach(effect => effect.PublishTotals())).ConfigureAwait(false);
            if (effects is null)
            {
                return;
            }
        }
    }

    /// <summary>Deletes a few items; null when there is nothing to delete any more.</summary>
    private List<WriteEffect>? SweepSome(ItemRows rows, EngineTable table, TimeToLiveSetting setting, (long Oldest, long Now) window)
    {
        // The table may have been changed or dropped while this waited its turn, and the setting switched off.
        if (catalog.Current(table) is not { } current || settings.Find(table.Id) != setting)
        {
            return null;
        }

        List<WriteEffect> effects = [];
        foreach (RowKey row in Due(rows.Session, setting, window, ItemsPerStep))
        {
            WriteEffect effect = writer.Expire(rows, current, row);
            if (effect.Old is null)
            {
                Expirations.Forget(rows.Session, setting, row);
            }
            else
            {
                effects.Add(effect);
            }
        }

        return effects;
    }

    private static List<RowKey> Due(Session session, TimeToLiveSetting setting, (long Oldest, long Now) window, int limit)
    {
        List<RowKey> due = [];
        Statement rows = session.Statement(
                "SELECT hash, key FROM expirations WHERE setting_id = ?1 AND expires_at >= ?2 AND expires_at < ?3 "
                + "ORDER BY expires_at LIMIT ?4")
            .Bind(1, setting.Id).Bind(2, window.Oldest).Bind(3, window.Now).Bind(4, limit);
        while (rows.Step())
        {
            due.Add(new RowKey(rows.Int64(0), rows.Blob(1).ToArray()));
        }

        rows.Reset();
        return due;
    }
}
