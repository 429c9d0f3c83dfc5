using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Partiql;

namespace DaxProxy.Core.Policies;

/// <summary>What an operation needs to be allowed.</summary>
/// <remarks>
/// Immutable and thread-safe. Batches need one action for each table, transactions those of their parts, PartiQL its own. Source: "Actions,
/// resources, and condition keys for Amazon DynamoDB" of the service authorization reference, "Using IAM with transactions" and "IAM
/// security policies with PartiQL" of the developer guide.
/// </remarks>
/// <param name="names">Resource names.</param>
public sealed class Demands(ResourceNames names)
{
    /// <summary>What a restored table is filled by, which is asked for as if the caller filled it.</summary>
    private static readonly string[] RestoringActions =
        ["BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"];

    /// <summary>What an operation needs; at least one thing.</summary>
    public IReadOnlyList<Demand> Of(Operation operation) => operation switch
    {
        GetItem get => [OnTable(get.Name, get.TableName, get)],
        ConditionCheck check => [OnTable("ConditionCheckItem", check.TableName, check)],
        WriteOperation write => [OnTable(write.Name, write.TableName, write)],
        PageOperation page => [OnSource(page.Name, page.TableName, page.IndexName, page)],
        SearchVectors search => [OnSource(search.Name, search.TableName, search.IndexName, search)],
        BatchGetItem batch =>
        [
            .. batch.Tables.Select(table => OnTable(batch.Name, table.TableName, table) with { Capacity = batch.ReturnConsumedCapacity }),
        ],
        BatchWriteItem batch =>
        [
            .. batch.Writes.GroupBy(write => write.TableName)
                .Select(table => OnTable(batch.Name, table.Key, table.ToList()) with { Capacity = batch.ReturnConsumedCapacity }),
        ],
        TransactGetItems transaction =>
            [.. transaction.Gets.SelectMany(Of).Select(demand => Within(transaction, transaction.ReturnConsumedCapacity, demand))],
        TransactWriteItems transaction =>
        [
            .. transaction.Actions.SelectMany(action => Of(action!))
                .Select(demand => Within(transaction, transaction.ReturnConsumedCapacity, demand)),
        ],
        ExecuteStatement statement => OfStatement(statement),
        BatchExecuteStatement batch => [.. batch.Statements.SelectMany(statement => OfMember(batch, statement))],
        ExecuteTransaction transaction =>
        [
            .. transaction.Statements.SelectMany(OfStatement)
                .Select(demand => Within(transaction, transaction.ReturnConsumedCapacity, demand)),
        ],
        DescribeStream stream => [OnArn(stream.Name, stream.StreamArn)],
        GetShardIterator stream => [OnArn(stream.Name, stream.StreamArn)],
        GetRecords records => [OnIterator(records)],
        CreateTable create => OfCreateTable(create, create.Name),
        ImportTable import => OfCreateTable(import.Table, import.Name),
        RestoreTableFromBackup restore => [OnArn(restore.Name, restore.BackupArn), .. Restoring(restore)],
        RestoreTableToPointInTime restore =>
        [
            OnTable(restore.Name, restore.SourceTableName ?? LastPartOf(restore.SourceTableArn!), null),
            .. Restoring(restore),
        ],
        DescribeBackup backup => [OnArn(backup.Name, backup.BackupArn)],
        DeleteBackup backup => [OnArn(backup.Name, backup.BackupArn)],
        CreateBackup backup => [OnTable(backup.Name, backup.TableName, null)],
        TagResource tag => [OnArn(tag.Name, tag.ResourceArn) with { Subject = tag }],
        UntagResource tag => [OnArn(tag.Name, tag.ResourceArn) with { Subject = tag }],
        ListTagsOfResource tags => [OnArn(tags.Name, tags.ResourceArn)],
        PutResourcePolicy policy => [OnArn(policy.Name, policy.ResourceArn)],
        GetResourcePolicy policy => [OnArn(policy.Name, policy.ResourceArn)],
        DeleteResourcePolicy policy => [OnArn(policy.Name, policy.ResourceArn)],
        ExportTableToPointInTime export => [OnTable(export.Name, export.TableName, null)],
        DescribeTransfer transfer => [OnArn(transfer.Name, transfer.Arn)],
        StartBulkPutItems bulk => [OnTable(bulk.Name, bulk.TableName, null)],
        DescribeBulkOperation bulk => [OnArn(bulk.Name, bulk.BulkOperationArn)],
        CancelBulkOperation bulk => [OnArn(bulk.Name, bulk.BulkOperationArn)],
        UpdateContributorInsights insights => [OnSource(insights.Name, insights.TableName, insights.IndexName, null)],
        DescribeContributorInsights insights => [OnSource(insights.Name, insights.TableName, insights.IndexName, null)],
        DescribeTable or DeleteTable or UpdateTable => [OnTable(operation.Name, operation.TableNames[0], null)],
        UpdateTimeToLive ttl => [OnTable(ttl.Name, ttl.TableName, null)],
        DescribeTimeToLive ttl => [OnTable(ttl.Name, ttl.TableName, null)],
        UpdateContinuousBackups backups => [OnTable(backups.Name, backups.TableName, null)],
        DescribeContinuousBackups backups => [OnTable(backups.Name, backups.TableName, null)],
        OpaqueOperation opaque when opaque.TableName.Length > 0 => [OfOpaque(opaque)],
        OpaqueOperation or ListTables or ListStreams or ListBackups or ListTransfers or ListContributorInsights or ListBulkOperations
            or DescribeLimits or DescribeEndpoints => [new Demand(operation.Name, Demand.Any)],
        _ => [new Demand(operation.Name, Demand.Any) { IsResourceUnknown = true }],
    };

    /// <summary>A data operation on a table.</summary>
    /// <param name="action">The action.</param>
    /// <param name="nameOrArn">The table.</param>
    /// <param name="subject">What the values of conditions are taken from; null for nothing.</param>
    public Demand OnTable(string action, string nameOrArn, object? subject)
    {
        string resource = names.Table(nameOrArn);
        return new Demand(action, resource) { TableName = names.TableNameOf(resource), Subject = subject };
    }

    /// <summary>What one statement of PartiQL needs; nothing for one that is not even a statement, which nothing comes of.</summary>
    private IReadOnlyList<Demand> OfStatement(ExecuteStatement request) =>
        StatementAccess.TryRead(request) is not { } access ? [] : [OfStatement(access)];

    /// <summary>The same of a member of a batch.</summary>
    public IEnumerable<Demand> OfMember(BatchExecuteStatement batch, ExecuteStatement statement) =>
        OfStatement(statement).Select(demand => demand with { Capacity = batch.ReturnConsumedCapacity });

    private Demand OfStatement(StatementAccess access)
    {
        // Whatever account and region a name of a table says, the native operations are about our table of that name.
        string table = TableCatalog.PlainName(access.TableName);
        return OnSource(access.Action, table, access.IndexName, access) with { IsContentUnknown = access.IsUnbound };
    }

    private static Demand Within(Operation transaction, ReturnConsumedCapacity capacity, Demand demand) =>
        demand with { EnclosingOperation = transaction.Name, Capacity = capacity };

    private Demand OnSource(string action, string nameOrArn, string? indexName, object? subject)
    {
        Demand table = OnTable(action, nameOrArn, subject);
        return indexName is null ? table : table with { Resource = $"{table.Resource}/index/{indexName}", IndexName = indexName };
    }

    private Demand OnArn(string action, string arn)
    {
        string resource = names.Of(arn);
        return new Demand(action, resource) { TableName = names.TableNameOf(resource) };
    }

    /// <summary>An iterator begins with the name of its stream.</summary>
    private Demand OnIterator(GetRecords records)
    {
        int end = records.ShardIterator.LastIndexOf("|1|", StringComparison.Ordinal);
        return end < 0
            ? new Demand(records.Name, Demand.Any) { IsResourceUnknown = true }
            : OnArn(records.Name, records.ShardIterator[..end]);
    }

    private List<Demand> OfCreateTable(CreateTable create, string name)
    {
        List<Demand> demands = [OnTable(name, create.TableName, create)];
        if (create.Tags.Count > 0)
        {
            demands.Add(OnTable(nameof(TagResource), create.TableName, create));
        }

        if (create.ResourcePolicy is not null)
        {
            demands.Add(OnTable(nameof(PutResourcePolicy), create.TableName, null));
        }

        return demands;
    }

    private IEnumerable<Demand> Restoring(RestoreOperation restore) => RestoringActions.Prepend(restore.Name)
        .Select(action => OnTable(action, restore.TargetTableName, null) with { IsContentUnknown = true });

    /// <summary>The name of a table as the engine finds it in a resource name to restore from.</summary>
    private static string LastPartOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    private Demand OfOpaque(OpaqueOperation opaque) => opaque.Name.Contains("GlobalTable", StringComparison.Ordinal)
        ? new Demand(opaque.Name, names.GlobalTable(opaque.TableName))
        : OnTable(opaque.Name, opaque.TableName, null);
}
