using DaxProxy.Core;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Services;

namespace DaxProxy.Services.CloudWatch;

/// <summary>Shows every five minutes what tables and global indexes are provisioned with, and what limits those on demand.</summary>
/// <remarks>Source of names and of the five minutes: DynamoDB's documentation of its metrics.</remarks>
/// <param name="backend">What knows the tables.</param>
/// <param name="metrics">Where it is shown.</param>
internal sealed class TableGauges(IDynamoBackend backend, MetricStore metrics)
{
    private const string Namespace = "AWS/DynamoDB";
    private const int Interval = 5;

    /// <summary>Shows it, if it is time.</summary>
    /// <param name="minute">The minute that has ended.</param>
    public async Task ShowAsync(long minute)
    {
        if (minute % Interval != 0)
        {
            return;
        }

        string? last = null;
        do
        {
            if (await backend.ExecuteAsync(new ListTables { ExclusiveStartTableName = last }, CancellationToken.None).ConfigureAwait(false)
                is not ListTablesReply page)
            {
                return;
            }

            foreach (string name in page.TableNames)
            {
                if (await backend.ExecuteAsync(new DescribeTable { TableName = name }, CancellationToken.None).ConfigureAwait(false)
                    is TableReply described)
                {
                    Show(described.Table, minute);
                }
            }

            last = page.LastEvaluatedTableName;
        }
        while (last is not null);
    }

    private void Show(TableDescription table, long minute)
    {
        bool isOnDemand = table.BillingMode == "PAY_PER_REQUEST";
        Show(table.TableName, null, isOnDemand ? null : table.ProvisionedThroughput, table.OnDemandThroughput, minute);
        foreach (IndexDefinition index in table.GlobalSecondaryIndexes.Select(index => index.Definition))
        {
            ProvisionedThroughput? throughput = isOnDemand ? null : index.ProvisionedThroughput ?? table.ProvisionedThroughput;
            Show(table.TableName, index.IndexName, throughput, index.OnDemandThroughput, minute);
        }
    }

    private void Show(string table, string? index, ProvisionedThroughput? provisioned, ThroughputLimits? onDemand, long minute)
    {
        Add("ProvisionedReadCapacityUnits", provisioned?.ReadCapacityUnits);
        Add("ProvisionedWriteCapacityUnits", provisioned?.WriteCapacityUnits);
        Add("OnDemandMaxReadRequestUnits", provisioned is null ? onDemand?.Read : null);
        Add("OnDemandMaxWriteRequestUnits", provisioned is null ? onDemand?.Write : null);

        void Add(string name, long? units)
        {
            if (units > 0)
            {
                MetricId id = index is null
                    ? MetricId.Of(Namespace, name, ("TableName", table))
                    : MetricId.Of(Namespace, name, ("TableName", table), ("GlobalSecondaryIndexName", index));
                metrics.Of(id).Add(minute, MetricCell.Of(units.Value));
            }
        }
    }
}
