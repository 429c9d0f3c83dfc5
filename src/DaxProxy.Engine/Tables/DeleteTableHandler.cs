using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Replication;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// DeleteTable: the table is gone when it is answered; its rows, which nothing can reach any more, are removed afterwards in small steps so
/// that other writers need not wait.
/// </summary>
internal sealed class DeleteTableHandler(
    EngineCatalog catalog, WriteQueue writes, TableClock clock, StreamCatalog streams, StreamSwitch streamSwitch,
    TimeToLiveCatalog timeToLive, ItemHistory history, BackupRows backups, ReplicationLog? replication)
{
    public async Task<Reply> ExecuteAsync(DeleteTable request)
    {
        // The last of its group: a write behind it would still find the table.
        (EngineTable? table, DynamoError? error) = await writes.RunLastAsync(
            session => Drop(session, request.TableName),
            dropped =>
            {
                if (dropped.Table is { } gone)
                {
                    clock.Apply(catalog, gone.Entering(clock.Transition("DELETING")));
                    streams.Show(gone.Id, null);
                    timeToLive.Show(gone.Id, null);
                    history.Show(gone.Id, isKept: false);
                    replication?.Forget(gone.Id);
                }
            }).ConfigureAwait(false);
        if (error is not null)
        {
            return new ErrorReply(error);
        }

        _ = DroppedRows.RemoveAllAsync(writes);
        return new TableReply(DecreaseBudget.Today(table!.Describe("DELETING"), clock.Now));
    }

    private (EngineTable? Table, DynamoError? Error) Drop(Session session, string name)
    {
        if (catalog.FindAny(name, out string status) is not { } table)
        {
            return (null, TableFaults.TableNotFound(name));
        }

        DynamoError? error = status switch
        {
            "CREATING" => TableUpdateFaults.InUse("Table is being created: " + name),
            "DELETING" => TableUpdateFaults.InUse("Table is being deleted: " + name),
            _ when table.IsFilling =>
                TableUpdateFaults.InUse("Cannot delete table while indexes are being created, updated, or deleted."),
            _ when table.Definition.DeletionProtectionEnabled => TableFaults.ProtectedFromDeletion,
            _ => null,
        };
        if (error is not null)
        {
            return (null, error);
        }

        if (RecoverySetting.Find(session, table.Id) is not null)
        {
            backups.InsertDeleted(session, table.Id, EngineCatalog.DescribeNow(session, table)!);
            RecoverySetting.Drop(session, table.Id);
        }

        streamSwitch.Disable(session, table.Id);
        TimeToLiveCatalog.Drop(session, table.Id);
        session.Statement("INSERT INTO dropped (index_id) SELECT id FROM indexes WHERE table_id = ?1").Bind(1, table.Id).Run();
        session.Statement("DELETE FROM indexes WHERE table_id = ?1").Bind(1, table.Id).Run();
        ContributorInsightsHandler.Drop(session, table.Id);
        ResourcePolicyHandler.Drop(session, table.Id);
        session.Statement("DELETE FROM tags WHERE table_id = ?1").Bind(1, table.Id).Run();
        session.Statement("DELETE FROM tables WHERE id = ?1").Bind(1, table.Id).Run();
        Holds.Release(session, table.Id);
        if (replication is not null)
        {
            ReplicationLog.Drop(session, table.Id);
        }

        return (table, null);
    }
}
