using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
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
        ConditionCheck check => [On("ConditionCheckItem", check)],
        ExecuteStatement statement => OfStatement(statement),
        BatchExecuteStatement batch => [.. batch.Statements.SelectMany(statement => OfMember(batch, statement))],
        ExecuteTransaction transaction =>
        [
            .. transaction.Statements.SelectMany(OfStatement)
                .Select(demand => Within(transaction, transaction.ReturnConsumedCapacity, demand)),
        ],
        CreateTable create => OfCreateTable(create, create.Name),
        ImportTable import => OfCreateTable(import.Table, import.Name),
        RestoreOperation restore => [On(restore.Name, restore), .. Restoring(restore)],

        // All others are one action, on what they say that they are about.
        _ => [On(operation.Name, operation)],
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
        // The native operations are about our table of that name, with any account and region in its ARN.
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

    private Demand OnArn(string action, string arn, object? subject)
    {
        string resource = names.Of(arn);
        return new Demand(action, resource) { TableName = names.TableNameOf(resource), Subject = subject };
    }

    private Demand On(string action, Operation operation) => operation.Resource switch
    {
        OperationResource.OfTable table => OnSource(action, table.NameOrArn, table.IndexName, operation),
        OperationResource.OfArn named => OnArn(action, named.Arn, operation),
        OperationResource.OfGlobalTable table => new Demand(action, names.GlobalTable(table.Name)),
        OperationResource.OfAccount => new Demand(action, Demand.Any),
        _ => new Demand(action, Demand.Any) { IsResourceUnknown = true },
    };

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
}
