using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Tables;

namespace DaxProxy.Engine.TimeToLive;

/// <summary>DescribeTimeToLive.</summary>
internal sealed class DescribeTimeToLiveHandler(Catalog catalog, TimeToLiveCatalog settings)
{
    public Reply Execute(DescribeTimeToLive request) => catalog.Find(request.TableName) is { } table
        ? new DescribeTimeToLiveReply(settings.Find(table.Id)?.AttributeName)
        : new ErrorReply(TableFaults.TableNotFound(request.TableName));
}
