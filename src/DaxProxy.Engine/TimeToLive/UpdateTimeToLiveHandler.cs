using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.TimeToLive;

/// <summary>
/// UpdateTimeToLive: on at once for what is written from now on; items that are there already are looked at afterwards, in small steps so
/// that other writers need not wait.
/// </summary>
internal sealed class UpdateTimeToLiveHandler(
    EngineCatalog catalog, WriteQueue writes, TimeToLiveCatalog settings, TableClock clock)
{
    private const int ItemsPerStep = 200;

    public async Task<Reply> ExecuteAsync(UpdateTimeToLive request)
    {
        Outcome outcome = await writes.RunAsync(
            session => Switch(session, request),
            outcome =>
            {
                if (outcome.Error is null)
                {
                    settings.Show(outcome.TableId, outcome.Setting);
                    settings.Enter(
                        outcome.TableId, request.AttributeName, clock.Transition(request.Enabled ? "ENABLING" : "DISABLING"));
                }
            }).ConfigureAwait(false);
        if (outcome.Error is not null)
        {
            return new ErrorReply(outcome.Error);
        }

        _ = request.Enabled ? CompleteAsync(outcome.TableId, outcome.Setting!, CancellationToken.None) : DroppedRows.RemoveAllAsync(writes);
        return new UpdateTimeToLiveReply(request.AttributeName, request.Enabled);
    }

    /// <summary>
    /// Looks at the items of every table where that is still to be done, because a former process ended before, or a write failed.
    /// </summary>
    public async Task CompleteAllAsync(CancellationToken cancellationToken)
    {
        List<(long TableId, TimeToLiveSetting Setting)> open = await writes.RunAsync(session =>
        {
            List<(long, TimeToLiveSetting)> open = [];
            Statement rows = session.Statement("SELECT table_id, id, attribute FROM time_to_live WHERE is_complete = 0");
            while (rows.Step())
            {
                open.Add((rows.Int64(0), new TimeToLiveSetting(rows.Int64(1), rows.Text(2))));
            }

            rows.Reset();
            return open;
        }).ConfigureAwait(false);
        foreach ((long tableId, TimeToLiveSetting setting) in open)
        {
            await CompleteAsync(tableId, setting, cancellationToken).ConfigureAwait(false);
        }
    }

    private Outcome Switch(Session session, UpdateTimeToLive request)
    {
        if (catalog.Find(request.TableName) is not { } table)
        {
            return new Outcome(0, TableFaults.TableNotFound(request.TableName), null);
        }

        TimeToLiveSetting? current = Find(session, table.Id);
        if ((request.Enabled ? CheckEnable(request, current) : CheckDisable(request, current)) is { } error)
        {
            return new Outcome(table.Id, error, null);
        }

        if (!request.Enabled)
        {
            TimeToLiveCatalog.Drop(session, table.Id);
            return new Outcome(table.Id, null, null);
        }

        session.Statement("INSERT INTO time_to_live (table_id, attribute) VALUES (?1, ?2)")
            .Bind(1, table.Id).Bind(2, request.AttributeName).Run();
        return new Outcome(table.Id, null, new TimeToLiveSetting(session.LastInsertedId(), request.AttributeName));
    }

    private static DynamoError? CheckEnable(UpdateTimeToLive request, TimeToLiveSetting? current) =>
        current is null ? null
        : current.AttributeName == request.AttributeName ? TimeToLiveFaults.AlreadyEnabled
        : TimeToLiveFaults.OtherAttribute(current.AttributeName);

    private static DynamoError? CheckDisable(UpdateTimeToLive request, TimeToLiveSetting? current) =>
        current is null ? TimeToLiveFaults.AlreadyDisabled
        : current.AttributeName == request.AttributeName ? null
        : TimeToLiveFaults.OtherAttribute(current.AttributeName);

    /// <summary>From the row, not from what is shown: another change of this group may have come before.</summary>
    private static TimeToLiveSetting? Find(Session session, long tableId)
    {
        Statement find = session.Statement("SELECT id, attribute FROM time_to_live WHERE table_id = ?1").Bind(1, tableId);
        TimeToLiveSetting? setting = find.Step() ? new TimeToLiveSetting(find.Int64(0), find.Text(1)) : null;
        find.Reset();
        return setting;
    }

    private async Task CompleteAsync(long tableId, TimeToLiveSetting setting, CancellationToken cancellationToken)
    {
        RowKey? last = new(long.MinValue, []);
        while (last is not null && !cancellationToken.IsCancellationRequested)
        {
            RowKey from = last.Value;
            last = await writes.RunAsync(session => CompleteSome(session, tableId, setting, from)).ConfigureAwait(false);
        }
    }

    /// <summary>Notes when the next few items end; gives the last one looked at, null at the end of the table or of the setting.</summary>
    private static RowKey? CompleteSome(Session session, long tableId, TimeToLiveSetting setting, RowKey after)
    {
        if (Find(session, tableId)?.Id != setting.Id)
        {
            return null;
        }

        List<(RowKey Row, AttributeMap Item)> items = [];
        Statement rows = session.Statement(
                "SELECT item, size, page_size, hash, key FROM items WHERE table_id = ?1 AND (hash, key) > (?2, ?3) "
                + "ORDER BY hash, key LIMIT ?4")
            .Bind(1, tableId).Bind(2, after.Hash).Bind(3, after.Key).Bind(4, ItemsPerStep);
        while (rows.Step())
        {
            items.Add((new RowKey(rows.Int64(3), rows.Blob(4).ToArray()), Session.ReadStored(rows, 0).Item.Open()));
        }

        rows.Reset();
        items.ForEach(item => Expirations.Note(session, setting, item.Row, item.Item));
        if (items.Count == ItemsPerStep)
        {
            return items[^1].Row;
        }

        session.Statement("UPDATE time_to_live SET is_complete = 1 WHERE id = ?1").Bind(1, setting.Id).Run();
        return null;
    }

    /// <summary>Why nothing was switched, or what is shown from now on.</summary>
    private sealed record Outcome(long TableId, DynamoError? Error, TimeToLiveSetting? Setting);
}
