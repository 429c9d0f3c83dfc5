using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Queries;
using DaxProxy.Engine.Tables;
using DaxProxy.Engine.Transfers;

namespace DaxProxy.Engine.Exports;

/// <summary>ExportTableToPointInTime: the state of the table is fixed before the answer, and written in the background.</summary>
internal sealed class ExportTableHandler(
    EngineCatalog catalog, ContinuousBackupsHandler continuousBackups, ITableStates states, BucketStore? buckets, TransferBoard board,
    TimeProvider time)
{
    public async Task<Reply> ExecuteAsync(ExportTableToPointInTime request)
    {
        if (catalog.Find(request.TableName) is not { } table)
        {
            return new ErrorReply(BackupFaults.TableNotFound(request.TableName));
        }

        KeyRange? keys = null;
        DynamoError? error = (continuousBackups.IsRecoverable(request.TableName) == true
                ? null
                : BackupFaults.NotRecoverable(request.TableName))
            ?? (request.IsIncremental ? AbsentFeatureFaults.Refused("INCREMENTAL_EXPORT", "past states of a table") : null)
            ?? BucketRules.Check(buckets, request, request.Output)
            ?? TryPlan(table, request, out keys);
        if (error is not null)
        {
            return new ErrorReply(error);
        }

        TableState? source = states.TryOpen(table, request.ExportTime);
        try
        {
            // Rows are removed after the catalog has shown that their table is gone: if it is still there, none are missing.
            if (source is null || catalog.Current(table) is null)
            {
                return new ErrorReply(source is null ? TransferFaults.InvalidExportTime : BackupFaults.TableNotFound(request.TableName));
            }

            TableState opened = source;
            bool isTaken = false;
            (TransferState? state, DynamoError? refusal) = await board.StartAsync(
                TransferKind.Export,
                request,
                $"{request.TableArn} {request.ExportTime?.ToUnixTimeMilliseconds()} {request.Format}",
                _ => (Begin(request, table, opened.Time), null),
                () => isTaken = true,
                (run, stopping) => Task.FromResult(Write(request, keys, opened, run, stopping))).ConfigureAwait(false);
            source = isTaken ? null : source;
            return state is null ? new ErrorReply(refusal!) : new TransferReply(state);
        }
        finally
        {
            source?.Dispose();
        }
    }

    private TransferState Write(
        ExportTableToPointInTime request, KeyRange? keys, TableState source, TransferRun run, CancellationToken stopping)
    {
        using (source)
        {
            return new ExportWriter(buckets!, request, keys, run).Write(source, time, stopping);
        }
    }

    private TransferState Begin(ExportTableToPointInTime request, EngineTable table, DateTimeOffset exportTime)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new TransferState
        {
            Arn = TransferBoard.NewArn(TransferKind.Export, table.Definition.TableArn, now),
            Status = "IN_PROGRESS",
            TableName = table.Name,
            TableArn = table.Definition.TableArn,
            TableId = table.Definition.TableId,
            Sent = request.Sent,
            StartTime = now,
            ExportTime = exportTime,
            Format = request.Format,
            TotalBytes = table.Totals.Bytes,
        };
    }

    /// <summary>Whether the filter fits the key of the table, and which keys are read; null for all.</summary>
    private static DynamoError? TryPlan(EngineTable table, ExportTableToPointInTime request, out KeyRange? keys)
    {
        keys = null;
        if (request.KeyCondition is null)
        {
            return null;
        }

        string? key = request.Filter?.TopLevelNames.FirstOrDefault(table.KeySchema.Contains);
        return key is not null
            ? QueryFaults.FilterOnKey("Filter Expression", key)
            : KeyConditionPlan.TryPlan(new PageSource(table, null), request.KeyCondition.Conditions, ValidationLayer.Older, out keys);
    }
}
