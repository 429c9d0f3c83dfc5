using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Services.AutoScaling;

/// <summary>Reads and sets the provisioned capacity of tables and indexes, by the operations that clients have for it.</summary>
/// <param name="backend">What answers them.</param>
internal sealed class TableCapacity(IDynamoBackend backend)
{
    /// <summary>Whether there is such a table, or index.</summary>
    public async Task<bool> ExistsAsync(ScalableResource resource) =>
        await FindAsync(resource).ConfigureAwait(false) is { } table && (resource.Index is null || IndexOf(table, resource) is not null);

    /// <summary>
    /// The units a second; null where there are none to change now: the table is not there, is billed per request, or is being changed.
    /// </summary>
    public async Task<long?> ReadAsync(ScalableResource resource)
    {
        if (await FindAsync(resource).ConfigureAwait(false) is not { TableStatus: "ACTIVE", BillingMode: not "PAY_PER_REQUEST" } table)
        {
            return null;
        }

        ProvisionedThroughput? throughput = resource.Index is null ? table.ProvisionedThroughput
            : table.GlobalSecondaryIndexes.Any(index => index.Definition.IndexName == resource.Index && index.IndexStatus == "ACTIVE")
            ? IndexOf(table, resource)
            : null;
        return resource.IsWrite ? throughput?.WriteCapacityUnits : throughput?.ReadCapacityUnits;
    }

    /// <summary>Sets the units a second. Returns the refusal, or null.</summary>
    public async Task<DynamoError?> SetAsync(ScalableResource resource, long units)
    {
        if (await FindAsync(resource).ConfigureAwait(false) is not { } table
            || (resource.Index is null ? table.ProvisionedThroughput : IndexOf(table, resource)) is not { } current)
        {
            return TableFaults.TableNotFound(resource.Table);
        }

        ProvisionedThroughput changed = resource.IsWrite
            ? current with { WriteCapacityUnits = units }
            : current with { ReadCapacityUnits = units };
        UpdateTable update = resource.Index is null
            ? new UpdateTable { TableName = resource.Table, ProvisionedThroughput = changed }
            : new UpdateTable
            {
                TableName = resource.Table,
                GlobalSecondaryIndexUpdates =
                [
                    new GlobalIndexUpdate(null, null, new GlobalIndexUpdate.ThroughputUpdate(resource.Index, changed, null, null)),
                ],
            };
        return update.Validate(ValidationLayer.Older)
            ?? (await backend.ExecuteAsync(update, CancellationToken.None).ConfigureAwait(false) as ErrorReply)?.Error;
    }

    private static ProvisionedThroughput? IndexOf(TableDescription table, ScalableResource resource)
    {
        IndexDescription? index = table.GlobalSecondaryIndexes.FirstOrDefault(known => known.Definition.IndexName == resource.Index);
        return index is null ? null : index.Definition.ProvisionedThroughput ?? table.ProvisionedThroughput;
    }

    private async Task<TableDescription?> FindAsync(ScalableResource resource) =>
        (await backend.ExecuteAsync(new DescribeTable { TableName = resource.Table }, CancellationToken.None).ConfigureAwait(false)
            as TableReply)?.Table;
}
