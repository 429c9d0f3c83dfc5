using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;

namespace DaxProxy.Engine.Transfers;

/// <summary>DescribeExport, DescribeImport, ListExports and ListImports.</summary>
internal sealed class TransfersHandler(TransferBoard board)
{
    public Reply Execute(DescribeTransfer request) =>
        board.Find(request.Verb == DescribeTransfer.OfExport ? TransferKind.Export : TransferKind.Import, request.Arn) is { } state
            ? new TransferReply(state)
            : new ErrorReply(BackupFaults.NotFound(request.Kind, request.Arn));

    public Reply Execute(ListTransfers request)
    {
        TransferKind kind = request.Verb == ListTransfers.OfExports ? TransferKind.Export : TransferKind.Import;
        (TransferListReply? page, DynamoError? error) = board.List(kind, request.TableArn, request.MaxResults, request.NextToken);
        return page is null ? new ErrorReply(error!) : page;
    }
}
