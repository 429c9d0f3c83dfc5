using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.TimeToLive;

/// <summary>DescribeTimeToLive.</summary>
internal sealed class DescribeTimeToLiveHandler(EngineCatalog catalog, TimeToLiveCatalog settings, TimeProvider time)
{
    public Reply Execute(DescribeTimeToLive request)
    {
        if (catalog.FindAny(request.TableName, out string status) is not { } table)
        {
            return new ErrorReply(TableFaults.TableNotFound(request.TableName));
        }

        if (status is "CREATING" or "DELETING")
        {
            return new ErrorReply(TimeToLiveFaults.TableNotReady(status));
        }

        (string shown, string? attributeName) = settings.Describe(table.Id, time);
        return new DescribeTimeToLiveReply(shown, attributeName);
    }
}
