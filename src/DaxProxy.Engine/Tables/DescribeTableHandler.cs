using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.Tables;

/// <summary>DescribeTable.</summary>
internal sealed class DescribeTableHandler(EngineCatalog catalog)
{
    public Reply Execute(DescribeTable request) => catalog.FindAny(request.TableName, out string status) is { } table
        ? new TableReply(table.Describe(status))
        : new ErrorReply(TableFaults.TableNotFound(request.TableName));
}
