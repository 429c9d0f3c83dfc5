using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Tables;

/// <summary>DescribeTable.</summary>
internal sealed class DescribeTableHandler(EngineCatalog catalog, TimeProvider time)
{
    public Reply Execute(DescribeTable request) => catalog.FindAny(request.TableName, out string status) is { } table
        ? new TableReply(DecreaseBudget.Today(table.Describe(status), time.GetUtcNow()))
        : new ErrorReply(TableFaults.TableNotFound(request.TableName));
}
