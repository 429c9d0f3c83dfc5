using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Tables;

/// <summary>UpdateContinuousBackups and DescribeContinuousBackups: whether the past of a table is kept, and how much of it.</summary>
internal sealed class ContinuousBackupsHandler(
    EngineCatalog catalog, WriteQueue writes, TableReads reads, ItemHistory history, HistoryTrimmer trimmer, TimeProvider time)
{
    private const int DefaultDays = 35;

    public async Task<Reply> ExecuteAsync(UpdateContinuousBackups request)
    {
        Result result = await writes.RunLastAsync(
            session => Update(session, request),
            result =>
            {
                if (result.Error is null)
                {
                    history.Show(result.TableId, result.IsHistoryWanted);
                }
            }).ConfigureAwait(false);
        if (result.Error is not null)
        {
            return new ErrorReply(result.Error);
        }

        _ = trimmer.TrimAsync();
        return Execute(new DescribeContinuousBackups { TableName = request.TableName });
    }

    public Reply Execute(DescribeContinuousBackups request) => reads.Run(request, Describe);

    private Reply Describe(ref ReadScope scope, DescribeContinuousBackups request)
    {
        if (scope.FindAny(request.TableName, out string status) is not { } table)
        {
            return new ErrorReply(BackupFaults.TableNotFound(request.TableName));
        }

        bool isAvailable = status is not ("CREATING" or "DELETING");
        if (scope.Read(table.Id, RecoverySetting.Find) is not { } setting)
        {
            return new ContinuousBackupsReply(isAvailable);
        }

        DateTimeOffset now = time.GetUtcNow();
        return new ContinuousBackupsReply(isAvailable)
        {
            RecoveryPeriodInDays = setting.PeriodInDays,
            Earliest = setting.Earliest(now),
            Latest = setting.Latest(now),
        };
    }

    private Result Update(Session session, UpdateContinuousBackups request)
    {
        if (catalog.FindAny(request.TableName, out string status) is not { } table || status == "DELETING"
            || EngineCatalog.DescribeNow(session, table) is null)
        {
            return new Result(BackupFaults.TableNotFound(request.TableName));
        }

        if (status == "CREATING")
        {
            return new Result(BackupFaults.NotYetAvailable(request.TableName));
        }

        if (request.Enabled)
        {
            RecoverySetting.Store(session, table.Id, request.RecoveryPeriodInDays ?? DefaultDays, time.GetUtcNow());
        }
        else
        {
            RecoverySetting.Drop(session, table.Id);
        }

        return new Result(null, table.Id, ItemHistory.IsWanted(session, table.Id));
    }

    /// <summary>What was switched, or why nothing was.</summary>
    private sealed record Result(DynamoError? Error, long TableId = 0, bool IsHistoryWanted = false);
}
