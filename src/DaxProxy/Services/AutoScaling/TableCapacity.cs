using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Services.AutoScaling;

/// <summary>Reads and sets the provisioned capacity of tables and indexes, by the operations that clients have for it.</summary>
/// <param name="backend">What answers them.</param>
internal sealed class TableCapacity(IDynamoBackend backend) : IDisposable
{
    /// <summary>Refused decreases are allowed again so long after the last one, or on the next day. Source: DynamoDB's quotas.</summary>
    private static readonly TimeSpan DecreaseWait = TimeSpan.FromHours(1);

    /// <summary>Held from reading both capacities of a table until one of them is set: the other one must stay as it is.</summary>
    private readonly SemaphoreSlim setting = new(1);

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

    /// <summary>When capacity that has just been lowered too often may be lowered again; null where it never was.</summary>
    public async Task<DateTimeOffset?> NextDecreaseAsync(ScalableResource resource)
    {
        TableDescription? table = await FindAsync(resource).ConfigureAwait(false);
        DateTimeOffset? last = resource.Index is null
            ? table?.LastThroughputDecrease
            : table?.GlobalSecondaryIndexes.FirstOrDefault(known => known.Definition.IndexName == resource.Index)?.LastThroughputDecrease;
        if (last is not { } latest)
        {
            return null;
        }

        DateTimeOffset midnight = new(latest.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return latest + DecreaseWait < midnight ? latest + DecreaseWait : midnight;
    }

    /// <summary>Sets the units a second. Returns the refusal, or null.</summary>
    public async Task<DynamoError?> SetAsync(ScalableResource resource, long units)
    {
        await setting.WaitAsync().ConfigureAwait(false);
        try
        {
            return await SetAloneAsync(resource, units).ConfigureAwait(false);
        }
        finally
        {
            setting.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => setting.Dispose();

    private async Task<DynamoError?> SetAloneAsync(ScalableResource resource, long units)
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
