using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// CreateBackup: the state of the table as of the commit, which later writes cannot change. Its items are copied afterwards in small
/// steps, so that other writers need not wait; until then the backup is CREATING.
/// </summary>
internal sealed class CreateBackupHandler(
    EngineCatalog catalog, WriteQueue writes, ItemHistory history, BackupRows backups, TableCopies copies)
{
    public async Task<Reply> ExecuteAsync(CreateBackup request)
    {
        Result result = await writes.RunLastAsync(
            session => Create(session, request),
            result =>
            {
                if (result.Error is null)
                {
                    history.Show(result.TableId, isKept: true);
                }
            }).ConfigureAwait(false);
        if (result.Error is not null)
        {
            return new ErrorReply(result.Error);
        }

        _ = copies.RunAllAsync();
        return new CreateBackupReply(result.Details!);
    }

    private Result Create(Session session, CreateBackup request)
    {
        if (catalog.FindAny(request.TableName, out string status) is not { } table)
        {
            return new Result(BackupFaults.TableNotFound(request.TableName));
        }

        DynamoError? error = status switch
        {
            "CREATING" => BackupFaults.NotYetAvailable(request.TableName),
            "DELETING" => BackupFaults.TableInUse("Table is being deleted: " + request.TableName),
            _ => null,
        };
        if (error is not null)
        {
            return new Result(error);
        }

        if (EngineCatalog.DescribeNow(session, table) is not { } source)
        {
            return new Result(BackupFaults.TableNotFound(request.TableName));
        }

        long rowsId = BackupRows.NewRowsId(session);
        BackupDetails details = backups.Insert(session, table.Id, source, request.BackupName, rowsId);
        TableCopies.Begin(session, Holds.Begin(session, table.Id, history.Next()), rowsId);
        return new Result(null, table.Id, details);
    }

    /// <summary>The new backup, or why there is none.</summary>
    private sealed record Result(DynamoError? Error, long TableId = 0, BackupDetails? Details = null);
}
