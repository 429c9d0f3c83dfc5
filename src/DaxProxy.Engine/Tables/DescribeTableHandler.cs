using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Tables;

/// <summary>DescribeTable.</summary>
internal sealed class DescribeTableHandler(EngineCatalog catalog, TimeProvider time)
{
    public Reply Execute(DescribeTable request) => catalog.FindAny(request.TableName, out string status) is { } table
        ? new TableReply(Today(table.Describe(status)))
        : new ErrorReply(TableFaults.TableNotFound(request.TableName));

    /// <summary>Without the decreases of other days.</summary>
    private TableDescription Today(TableDescription table) => table with
    {
        ThroughputDecreases = DecreaseBudget.Today(table.ThroughputDecreases, table.LastThroughputDecrease, time.GetUtcNow()),
        GlobalSecondaryIndexes =
        [
            .. table.GlobalSecondaryIndexes.Select(index => index with
            {
                ThroughputDecreases = DecreaseBudget.Today(index.ThroughputDecreases, index.LastThroughputDecrease, time.GetUtcNow()),
            }),
        ],
    };
}
