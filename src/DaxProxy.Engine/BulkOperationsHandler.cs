using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Engine;

/// <summary>DescribeBulkOperation and ListBulkOperations: the engine starts none, so there is none.</summary>
internal static class BulkOperationsHandler
{
    public static Reply Execute(DescribeBulkOperation request) =>
        new ErrorReply(AbsentFeatureFaults.NoBulkOperation(request.BulkOperationArn));

    public static Reply Execute(ListBulkOperations _) => new EmptyListReply("BulkOperationsSummaryList");
}
