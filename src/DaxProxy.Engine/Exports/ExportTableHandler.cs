using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Queries;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Transfers;

namespace DaxProxy.Engine.Exports;

/// <summary>ExportTableToPointInTime: what is exported is settled and held before the answer, and written in the background.</summary>
internal sealed class ExportTableHandler(
    EngineCatalog catalog, ItemHistory history, ExportSources sources, IBucketStore? buckets, TransferBoard board, TimeProvider time)
{
    public async Task<Reply> ExecuteAsync(ExportTableToPointInTime request)
    {
        Result? begun = null;
        (TransferState? state, DynamoError? refusal) = await board.StartAsync(
            TransferKind.Export,
            request,
            $"{request.TableArn} {request.ExportTime?.UtcTicks} {request.Format} {request.Span}",
            session =>
            {
                begun = Begin(session, request);
                return (begun.State, begun.Error);
            },
            static () => { },
            (run, stopping) => WriteAsync(request, begun!, run, stopping)).ConfigureAwait(false);
        return state is null ? new ErrorReply(refusal!) : new TransferReply(state);
    }

    private async Task<TransferState> WriteAsync(
        ExportTableToPointInTime request, Result begun, TransferRun run, CancellationToken stopping)
    {
        try
        {
            return new ExportWriter(buckets!, request, begun.Table!.KeySchema, begun.Keys, run).Write(begun.Source!, time, stopping);
        }
        finally
        {
            await sources.EndAsync(begun.Source!).ConfigureAwait(false);
        }
    }

    private Result Begin(Session session, ExportTableToPointInTime request)
    {
        if (catalog.Find(request.TableName) is not { } table || EngineCatalog.DescribeNow(session, table) is null)
        {
            return new Result(BackupFaults.TableNotFound(request.TableName));
        }

        DateTimeOffset now = time.GetUtcNow(), created = table.Definition.CreationDateTime;
        ExportSpan? span = request.Span is null ? null : ExportTimes.Close(request.Span, now);
        RecoverySetting? setting = RecoverySetting.Find(session, table.Id);
        KeyRange? keys = null;
        (long? From, long To) points = default;
        DynamoError? error = (span is null ? null : ExportTimes.Check(span, created, now))
            ?? (setting is null ? BackupFaults.NotRecoverable(request.TableName) : null)
            ?? BucketRules.Check(buckets, request, request.Output)
            ?? TryPlan(table, request, out keys)
            ?? (span is null
                ? ExportTimes.TryFind(setting!, history, request.ExportTime, created, now, out points)
                : ExportTimes.TryFind(setting!, history, span, now, out points));
        return error is not null
            ? new Result(error)
            : new Result(null)
            {
                State = Describe(request, table, span, now),
                Table = table,
                Keys = keys,
                Source = sources.Hold(session, table.Id, points.From, points.To),
            };
    }

    private static TransferState Describe(
        ExportTableToPointInTime request, EngineTable table, ExportSpan? span, DateTimeOffset now) => new()
    {
        Arn = TransferBoard.NewArn(TransferKind.Export, table.Definition.TableArn, now),
        Status = "IN_PROGRESS",
        TableName = table.Name,
        TableArn = table.Definition.TableArn,
        TableId = table.Definition.TableId,
        Sent = request.Sent,
        StartTime = now,
        ExportTime = span is null ? request.ExportTime ?? now : null,
        Span = span,
        Format = request.Format,
    };

    /// <summary>Whether the filter fits the export and the key of the table, and which keys are read; null for all.</summary>
    private static DynamoError? TryPlan(EngineTable table, ExportTableToPointInTime request, out KeyRange? keys)
    {
        keys = null;
        if (request is { Span: not null, HasFilter: true })
        {
            return AbsentFeatureFaults.Refused("FilterSpecification with INCREMENTAL_EXPORT", "filters of changes");
        }

        if (request.KeyCondition is null)
        {
            return null;
        }

        string? key = request.Filter?.TopLevelNames.FirstOrDefault(table.KeySchema.Contains);
        return key is not null
            ? QueryFaults.FilterOnKey("Filter Expression", key)
            : KeyConditionPlan.TryPlan(new PageSource(table, null), request.KeyCondition.Conditions, ValidationLayer.Older, out keys);
    }

    /// <summary>What was begun, or why nothing was.</summary>
    private sealed record Result(DynamoError? Error)
    {
        public TransferState? State { get; init; }

        public EngineTable? Table { get; init; }

        public KeyRange? Keys { get; init; }

        public ExportSource? Source { get; init; }
    }
}
