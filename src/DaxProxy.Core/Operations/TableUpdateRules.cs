using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>What UpdateTable may combine, and what each change of an index must say.</summary>
internal static class TableUpdateRules
{
    public static DynamoError? Check(UpdateTable update)
    {
        int changes = CountChanges(update);
        if (changes == 0)
        {
            return update.GlobalSecondaryIndexUpdates is { Count: 0 }
                ? TableDefinitionFaults.EmptyList("GlobalSecondaryIndexUpdates")
                : TableUpdateFaults.NothingToDo;
        }

        return CheckCombination(update, changes)
            ?? CheckBilling(update)
            ?? (update.ProvisionedThroughput is { } throughput ? TableDefinitionRules.CheckBounds(throughput) : null)
            ?? TableDefinitionRules.CheckEncryption(update.Encryption)
            ?? TableDefinitionRules.CheckDefinitions(update.AttributeDefinitions)
            ?? CheckIndexes(update)
            ?? CheckStream(update.StreamSpecification);
    }

    private static DynamoError? CheckStream(StreamSpecification? stream) => stream switch
    {
        { StreamEnabled: true, StreamViewType: null } => StreamFaults.NoViewTypeToEnable,
        { StreamEnabled: false, StreamViewType: not null } => StreamFaults.ViewTypeToDisable,
        _ => null,
    };

    private static int CountChanges(UpdateTable update)
    {
        object?[] members =
        [
            update.BillingMode ?? (object?)update.ProvisionedThroughput, update.OnDemandThroughput, update.WarmThroughput,
            update.TableClass, update.Encryption, update.StreamSpecification, update.DeletionProtectionEnabled,
            update.GlobalSecondaryIndexUpdates is { Count: > 0 } indexes ? indexes : null, update.Replication,
            update.VectorIndexUpdates is { Count: > 0 } vectors ? vectors : null,
        ];
        return members.Count(member => member is not null);
    }

    private static DynamoError? CheckCombination(UpdateTable update, int changes)
    {
        if (changes > 1)
        {
            if (update.Replication is not null)
            {
                return TableUpdateFaults.ReplicasMustBeAlone;
            }

            if (update.Encryption is not null)
            {
                return TableUpdateFaults.MustBeAlone("Server-Side Encryption modification");
            }

            if (update.TableClass is not null)
            {
                return TableUpdateFaults.MustBeAlone("TableClass modification");
            }

            if (update.DeletionProtectionEnabled is not null)
            {
                return TableUpdateFaults.MustBeAlone("DeletionProtection modification");
            }

            if (update.WarmThroughput is not null)
            {
                return TableUpdateFaults.MustBeAlone("WarmThroughput");
            }

            if (update.OnDemandThroughput is not null && (update.BillingMode is null || changes > 2))
            {
                return TableUpdateFaults.OnDemandOnlyWithBilling;
            }
        }

        return CheckThroughputAndIndexes(update);
    }

    private static DynamoError? CheckThroughputAndIndexes(UpdateTable update)
    {
        bool changesThroughput = update.ProvisionedThroughput is not null && update.BillingMode is null;
        bool changesIndexes = update.VectorIndexUpdates is { Count: > 0 }
            || (update.GlobalSecondaryIndexUpdates?.Any(index => index.Create is not null || index.Delete is not null) ?? false);
        if (changesIndexes && changesThroughput)
        {
            return TableUpdateFaults.IndexWhileThroughput;
        }

        return update.StreamSpecification is null ? null
            : changesThroughput ? StreamFaults.StreamWhileThroughput
            : changesIndexes ? StreamFaults.IndexWhileStream
            : null;
    }

    private static DynamoError? CheckBilling(UpdateTable update) => update.BillingMode switch
    {
        "PROVISIONED" when update.ProvisionedThroughput is null => TableUpdateFaults.BillingNeedsThroughput,
        "PAY_PER_REQUEST" when update.ProvisionedThroughput is not null => TableUpdateFaults.BillingForbidsThroughput,
        _ => null,
    };

    private static DynamoError? CheckIndexes(UpdateTable update)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (GlobalIndexUpdate index in update.GlobalSecondaryIndexUpdates ?? [])
        {
            int actions = new object?[] { index.Create, index.Delete, index.Update }.Count(action => action is not null);
            if (actions != 1)
            {
                return actions == 0 ? TableUpdateFaults.NoIndexAction : TableUpdateFaults.SeveralIndexActions;
            }

            if (!seen.Add(index.IndexName!))
            {
                return TableUpdateFaults.IndexTwice(index.IndexName!);
            }

            if (index.Create is not null && update.AttributeDefinitions.Count == 0)
            {
                return TableUpdateFaults.NoDefinitions(index.Create.IndexName);
            }
        }

        if (update.VectorIndexUpdates?.Any(vector => vector.Create is null == vector.Delete is null) ?? false)
        {
            return VectorFaults.NotOneAction;
        }

        // Indexes of both kinds are built one at a time.
        int built = (update.GlobalSecondaryIndexUpdates ?? []).Count(index => index.Create is not null || index.Delete is not null)
            + (update.VectorIndexUpdates?.Count ?? 0);
        return built > 1
            ? TableUpdateFaults.OneIndexAtATime
            : null;
    }
}
