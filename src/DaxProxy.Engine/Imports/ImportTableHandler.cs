using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Tables;
using DaxProxy.Engine.Transfers;

namespace DaxProxy.Engine.Imports;

/// <summary>
/// ImportTable: makes a table and fills it in the background. Until that has ended the table is CREATING, and nothing else reads or writes
/// it.
/// </summary>
/// <remarks>
/// One whose objects are not there has failed before there is a table. Items with which something is wrong make an import fail that has put
/// all others, as at the service; the table stays.
/// </remarks>
internal sealed class ImportTableHandler(
    EngineCatalog catalog, WriteQueue writes, CreateTableHandler creation, ItemWriter writer, ItemLoader? loader, IBucketStore? buckets,
    TransferBoard board, TimeProvider time)
{
    public async Task<Reply> ExecuteAsync(ImportTable request)
    {
        if (BucketRules.Check(buckets, request, request.Input.Place) is { } fault)
        {
            return new ErrorReply(fault);
        }

        (List<BucketObject> objects, TransferFailureException? failure) = FindObjects(request);
        TableDescription definition = creation.Define(request.Table);
        DateTimeOffset now = time.GetUtcNow();
        TransferState begun = new()
        {
            Arn = TransferBoard.NewArn(TransferKind.Import, definition.TableArn, now),
            Status = failure is null ? "IN_PROGRESS" : "FAILED",
            FailureCode = failure?.Code,
            FailureMessage = failure?.Message,
            TableName = definition.TableName,
            TableArn = definition.TableArn,
            TableId = definition.TableId,
            Sent = request.Sent,
            StartTime = now,
            EndTime = failure is null ? null : now,
            TotalBytes = objects.Sum(found => found.Bytes),
            Format = request.Input.Format,
        };
        CreateTableHandler.Result? created = null;
        (TransferState? state, DynamoError? error) = await board.StartAsync(
            TransferKind.Import,
            request,
            "",
            session =>
            {
                if (failure is null)
                {
                    created = creation.Create(session, request.Table, definition, TableTransition.BeingFilled);
                    return created.Error is null ? (begun, null) : (null, created.Error);
                }

                return catalog.FindAny(definition.TableName, out _) is null
                    ? (begun, null)
                    : (null, TableFaults.TableExists(definition.TableName));
            },
            () =>
            {
                if (created is not null)
                {
                    creation.Show(created);
                }
            },
            (run, stopping) => ImportAsync(run, created!.Table!, request, objects, stopping)).ConfigureAwait(false);
        return state is null ? new ErrorReply(error!) : new TransferReply(state);
    }

    private (List<BucketObject> Objects, TransferFailureException? Failure) FindObjects(ImportTable request)
    {
        try
        {
            return (BucketRules.FindObjects(buckets!, request.Input.Place), null);
        }
        catch (TransferFailureException failure)
        {
            return ([], failure);
        }
    }

    private async Task<TransferState> ImportAsync(
        TransferRun run, EngineTable table, ImportTable request, List<BucketObject> objects, CancellationToken stopping)
    {
        // However it ends.
        run.Ended = () =>
        {
            if (catalog.CurrentOrMade(table) is { } made)
            {
                // However far reads may be behind, a table that can be read is complete.
                writes.CatchUp();
                catalog.Add(made.Entering(TableTransition.None));
            }
        };
        RejectedItem? first = null;
        await loader!.LoadAsync(
            new LoadPlan
            {
                Run = run,
                Input = request.Input,
                Objects = objects,
                Definition = request.Table,
                Table = () => catalog.CurrentOrMade(table),
                Put = (rows, item) => writer.Import(rows, item.Table, item.Row, item.Put.Item.Value!, item.Stored),
                Rejected = item => first ??= item,
            },
            stopping).ConfigureAwait(false);
        return first is null
            ? run.State with { Status = "COMPLETED" }
            : run.State with
            {
                Status = "FAILED",
                FailureCode = "ItemValidationError",
                FailureMessage = "Some of the items failed validation checks. The first: "
                    + $"{first.Key}, line {first.Line}: {first.Error.Message}",
            };
    }
}
