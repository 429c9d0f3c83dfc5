using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>DescribeBackup, ListBackups and DeleteBackup.</summary>
internal sealed class BackupsHandler(SessionPool sessions, WriteQueue writes, BackupRows backups)
{
    public Reply Execute(DescribeBackup request) =>
        sessions.Read(request.BackupArn, (session, arn) => backups.Find(session, arn)) is { } backup
            ? new BackupReply(backup.Description)
            : new ErrorReply(BackupFaults.NotFound("Backup", request.BackupArn));

    public Reply Execute(ListBackups request)
    {
        List<StoredBackup> found = sessions.Read(request, (session, asked) => backups.List(session, asked));
        List<BackupDescription> page = [.. found.Take(request.Limit).Select(backup => backup.Description)];
        return new ListBackupsReply(page, found.Count > page.Count ? page[^1].Details.BackupArn : null);
    }

    public async Task<Reply> ExecuteAsync(DeleteBackup request)
    {
        (DynamoError? error, BackupDescription? deleted) =
            await writes.RunAsync(session => Delete(session, request.BackupArn)).ConfigureAwait(false);
        if (error is not null)
        {
            return new ErrorReply(error);
        }

        _ = DroppedRows.RemoveAllAsync(writes);
        return new BackupReply(deleted! with { Details = deleted.Details with { BackupStatus = "DELETED" } });
    }

    private (DynamoError? Error, BackupDescription? Deleted) Delete(Session session, string arn)
    {
        if (backups.Find(session, arn) is not { } backup)
        {
            return (BackupFaults.NotFound("Backup", arn), null);
        }

        if (backup.Description.Details.BackupExpiryDateTime is { } expires)
        {
            return (BackupFaults.SystemBackup(arn, expires), null);
        }

        if (backup.IsCreating || Holds.Any(session, backup.RowsId))
        {
            return (BackupFaults.BackupInUse(arn, backup.IsCreating), null);
        }

        BackupRows.Delete(session, backup);
        return (null, backup.Description);
    }
}
