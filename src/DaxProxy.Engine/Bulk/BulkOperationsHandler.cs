using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Transfers;

namespace DaxProxy.Engine.Bulk;

/// <summary>StartBulkPutItems, DescribeBulkOperation, ListBulkOperations and CancelBulkOperation.</summary>
internal sealed class BulkOperationsHandler(
    EngineCatalog catalog, ItemWriter writer, ItemLoader? loader, IBucketStore? buckets, TransferBoard board, TimeProvider time)
{
    public async Task<Reply> ExecuteAsync(StartBulkPutItems request)
    {
        if ((CheckTable(request) ?? BucketRules.Check(buckets, request, request.Input.Place, request.Output!)) is { } fault)
        {
            return new ErrorReply(fault);
        }

        EngineTable? table = null;
        (TransferState? state, DynamoError? error) = await board.StartAsync(
            TransferKind.Bulk,
            request,
            request.TableName,
            _ =>
            {
                DynamoError? refusal = CheckTable(request);
                table = catalog.Find(request.TableName);
                return refusal is null ? (Begin(request, table!), null) : (null, refusal);
            },
            static () => { },
            (run, stopping) => PutAsync(run, table!, request, stopping)).ConfigureAwait(false);
        return state is null ? new ErrorReply(error!) : new TransferReply(state);
    }

    public Reply Execute(DescribeBulkOperation request) => board.Find(TransferKind.Bulk, request.BulkOperationArn) is { } state
        ? new TransferReply(state)
        : new ErrorReply(TransferFaults.NoBulkOperation(request.BulkOperationArn));

    public Reply Execute(ListBulkOperations request)
    {
        (TransferListReply? page, DynamoError? error) = board.List(TransferKind.Bulk, null, request.MaxResults, request.NextToken);
        return page is null ? new ErrorReply(error!) : page;
    }

    public async Task<Reply> ExecuteAsync(CancelBulkOperation request) =>
        await board.CancelAsync(TransferKind.Bulk, request.BulkOperationArn).ConfigureAwait(false) is { } state
            ? new TransferReply(state)
            : new ErrorReply(TransferFaults.NoBulkOperation(request.BulkOperationArn));

    private TransferState Begin(StartBulkPutItems request, EngineTable table)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new TransferState
        {
            Arn = TransferBoard.NewArn(TransferKind.Bulk, table.Definition.TableArn, now),
            Status = "IN_PROGRESS",
            TableName = table.Name,
            TableArn = table.Definition.TableArn,
            TableId = table.Definition.TableId,
            Sent = request.Sent,
            StartTime = now,
            Format = request.Input.Format,
        };
    }

    private DynamoError? CheckTable(StartBulkPutItems request) => catalog.FindAny(request.TableName, out string status) is not { } table
        ? TableFaults.TableNotFound(request.TableName)
        : status switch
        {
            "CREATING" => TableUpdateFaults.InUse("Table is being created: " + table.Name),
            "DELETING" => TableUpdateFaults.InUse("Table is being deleted: " + table.Name),
            "ACTIVE" when !table.IsFilling => null,
            _ => TableUpdateFaults.InUse($"Table: {table.Name} is in the process of being updated."),
        };

    private async Task<TransferState> PutAsync(
        TransferRun run, EngineTable table, StartBulkPutItems request, CancellationToken stopping)
    {
        BucketRules.RequireBucket(buckets!, request.Output!.Bucket);
        List<BucketObject> objects = BucketRules.FindObjects(buckets!, request.Input.Place);
        run.Change(state => state with { TotalBytes = objects.Sum(found => found.Bytes) });
        using BulkReport report = new(buckets!, request, run.State.Arn);
        await loader!.LoadAsync(
            new LoadPlan
            {
                Run = run,
                Input = request.Input,
                Objects = objects,
                Table = () => catalog.Current(table),
                Put = (rows, item) => writer.Put(
                    rows, item.Table, item.Row, item.Put.Item.Value!, item.Stored, new WriteCondition(item.Put.Condition, true)),
                Rejected = report.Add,
                MaxUnitsPerSecond = request.MaxWriteRequestUnits,
            },
            stopping).ConfigureAwait(false);
        TransferState end = run.IsCancelled
            ? run.State with { Status = "CANCELLED", FailureCode = "Cancelled", FailureMessage = "The operation was cancelled." }
            : run.State with { Status = run.State.FailedItems > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED" };
        report.Commit(end);
        return end;
    }
}
