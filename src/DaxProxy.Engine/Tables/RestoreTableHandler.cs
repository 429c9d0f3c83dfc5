using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// RestoreTableFromBackup and RestoreTableToPointInTime: the new table is there at once and CREATING until its items are copied, which
/// is done in small steps so that other writers need not wait.
/// </summary>
internal sealed class RestoreTableHandler(
    EngineCatalog catalog, WriteQueue writes, CreateTableHandler creation, ItemHistory history, BackupRows backups, TableCopies copies,
    TimeProvider time)
{
    /// <summary>How many restores there may be at a time. Source: the service's documentation.</summary>
    private const int MaxRestores = 50;

    public Task<Reply> ExecuteAsync(RestoreTableFromBackup request) => RunAsync(session => FromBackup(session, request));

    public Task<Reply> ExecuteAsync(RestoreTableToPointInTime request) => RunAsync(session => ToPointInTime(session, request));

    private async Task<Reply> RunAsync(Func<Session, Result> restore)
    {
        Result result = await writes.RunAsync(
            restore,
            result =>
            {
                if (result.Table is not null)
                {
                    catalog.Add(result.Table);
                }
            }).ConfigureAwait(false);
        if (result.Table is null)
        {
            return new ErrorReply(result.Error!);
        }

        _ = copies.RunAllAsync();
        return new TableReply(result.Table.Describe("CREATING"));
    }

    private Result FromBackup(Session session, RestoreTableFromBackup request)
    {
        if (backups.Find(session, request.BackupArn) is not { } backup)
        {
            return new Result(BackupFaults.NotFound("Backup", request.BackupArn));
        }

        if (backup.IsCreating)
        {
            return new Result(BackupFaults.BackupInUse(request.BackupArn, isCreating: true));
        }

        BackupDescription description = backup.Description;
        return Begin(
            session,
            request,
            description.Table,
            (backup.RowsId, history.Next()),
            new RestoreSummary(
                description.Table.TableArn, request.BackupArn, description.Details.BackupCreationDateTime, RestoreInProgress: true));
    }

    private Result ToPointInTime(Session session, RestoreTableToPointInTime request)
    {
        string name = request.SourceTableName ?? NameOf(request.SourceTableArn!);
        if (catalog.Find(name) is not { } table || EngineCatalog.DescribeNow(session, table) is null)
        {
            return new Result(BackupFaults.TableNotFound(name));
        }

        if (RecoverySetting.Find(session, table.Id) is not { } setting)
        {
            return new Result(BackupFaults.NotRecoverable(name));
        }

        DateTimeOffset now = time.GetUtcNow();
        if (setting.PointAt(history, now, request.RestoreDateTime) is not { } point)
        {
            return new Result(BackupFaults.InvalidRestoreTime);
        }

        return Begin(
            session,
            request,
            table.Definition,
            (table.Id, point),
            new RestoreSummary(table.Definition.TableArn, null, request.RestoreDateTime ?? now, RestoreInProgress: true));
    }

    private Result Begin(
        Session session, RestoreOperation request, TableDescription source, (long RowsId, long Point) state, RestoreSummary summary)
    {
        DynamoError? taken = creation.StatusOf(session, request.TargetTableName) switch
        {
            null => null,
            "CREATING" => BackupFaults.TableInUse("Table is being created: " + request.TargetTableName),
            "DELETING" => BackupFaults.TableInUse("Table is being deleted: " + request.TargetTableName),
            _ => BackupFaults.TableExists(request.TargetTableName),
        };
        DynamoError? wrong = RestoredTable.TryDefine(source, request, out CreateTable table);
        if ((taken ?? wrong ?? (TableCopies.CountRestores(session) < MaxRestores ? null : BackupFaults.TooManyRestores)) is { } refusal)
        {
            return new Result(refusal);
        }

        EngineTable made = CreateTableHandler.Insert(session, creation.Define(table) with { Restore = summary });
        TableCopies.Begin(session, Holds.Begin(session, state.RowsId, state.Point), made.Id);
        return new Result(null, made.Entering(TableTransition.BeingFilled));
    }

    private static string NameOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    /// <summary>The new table, or why there is none.</summary>
    private sealed record Result(DynamoError? Error, EngineTable? Table = null);
}
