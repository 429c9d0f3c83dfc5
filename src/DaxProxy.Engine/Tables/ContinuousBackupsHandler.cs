using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// UpdateContinuousBackups and DescribeContinuousBackups: point-in-time recovery is kept and reported as a setting. The past itself is not
/// kept.
/// </summary>
internal sealed class ContinuousBackupsHandler(EngineCatalog catalog, WriteQueue writes, TableReads reads, TimeProvider time)
{
    private const int DefaultDays = 35;

    /// <summary>The service restores to no later time than this ago.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(5);

    public async Task<Reply> ExecuteAsync(UpdateContinuousBackups request)
    {
        DynamoError? error = await writes.RunAsync(session => Update(session, request)).ConfigureAwait(false);
        return error is null ? Execute(new DescribeContinuousBackups { TableName = request.TableName }) : new ErrorReply(error);
    }

    public Reply Execute(DescribeContinuousBackups request) => reads.Run(request, Describe);

    private Reply Describe(ref ReadScope scope, DescribeContinuousBackups request)
    {
        if (scope.FindAny(request.TableName, out string status) is not { } table)
        {
            return new ErrorReply(BackupFaults.TableNotFound(request.TableName));
        }

        bool isAvailable = status is not ("CREATING" or "DELETING");
        if (scope.Read(table.Id, Find) is not { } setting)
        {
            return new ContinuousBackupsReply(isAvailable);
        }

        DateTimeOffset now = time.GetUtcNow(), earliest = now - TimeSpan.FromDays(setting.PeriodInDays);
        earliest = earliest < setting.EnabledAt ? setting.EnabledAt : earliest;
        return new ContinuousBackupsReply(isAvailable)
        {
            RecoveryPeriodInDays = setting.PeriodInDays,
            Earliest = earliest,
            Latest = now - Lag < earliest ? earliest : now - Lag,
        };
    }

    /// <summary>Whether point-in-time recovery of a table is on; null when there is no such table.</summary>
    public bool? IsRecoverable(string tableName) => reads.Run<string, bool?>(tableName, static (ref scope, name) =>
        scope.Find(name) is { } table ? scope.Read(table.Id, Find) is not null : null);

    /// <summary>Ends the setting of a table that is dropped.</summary>
    public static void Drop(Session session, long tableId) =>
        session.Statement("DELETE FROM point_in_time_recovery WHERE table_id = ?1").Bind(1, tableId).Run();

    private DynamoError? Update(Session session, UpdateContinuousBackups request)
    {
        if (catalog.FindAny(request.TableName, out string status) is not { } table || status == "DELETING")
        {
            return BackupFaults.TableNotFound(request.TableName);
        }

        if (status == "CREATING")
        {
            return BackupFaults.NotYetAvailable(request.TableName);
        }

        if (!request.Enabled)
        {
            Drop(session, table.Id);
            return null;
        }

        // Switched on again it keeps its beginning; only the period changes.
        session.Statement("INSERT INTO point_in_time_recovery (table_id, period_days, enabled_at) VALUES (?1, ?2, ?3) "
                + "ON CONFLICT (table_id) DO UPDATE SET period_days = excluded.period_days")
            .Bind(1, table.Id).Bind(2, request.RecoveryPeriodInDays ?? DefaultDays)
            .Bind(3, time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
        return null;
    }

    private static Setting? Find(Session session, long tableId)
    {
        Statement find = session.Statement("SELECT period_days, enabled_at FROM point_in_time_recovery WHERE table_id = ?1")
            .Bind(1, tableId);
        Setting? setting = find.Step() ? new Setting((int)find.Int64(0), DateTimeOffset.FromUnixTimeMilliseconds(find.Int64(1))) : null;
        find.Reset();
        return setting;
    }

    /// <summary>A row of <c>point_in_time_recovery</c>.</summary>
    private sealed record Setting(int PeriodInDays, DateTimeOffset EnabledAt);
}
