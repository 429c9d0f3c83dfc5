using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Regions;

/// <summary>What a replica is created like: as its table, but for what is of each region alone.</summary>
/// <remarks>
/// Of each region alone are tags, backups, the resource policy, deletion protection, and encryption with a key of the account's own.
/// Source: the service's documentation of global tables.
/// </remarks>
internal static class ReplicaDefinition
{
    private const string OnDemand = "PAY_PER_REQUEST";

    /// <summary>The request for the replica.</summary>
    /// <param name="source">The table.</param>
    /// <param name="asked">What the replica shall have that the table has not.</param>
    public static CreateTable Of(TableDescription source, ReplicaAction asked)
    {
        bool isOnDemand = source.BillingMode == OnDemand;
        ProvisionedThroughput provisioned = source.ProvisionedThroughput;
        return new CreateTable
        {
            TableName = source.TableName,
            KeySchema = source.KeySchema,
            AttributeDefinitions = source.AttributeDefinitions,
            LocalSecondaryIndexes = source.LocalSecondaryIndexes.Count == 0
                ? null
                : [.. source.LocalSecondaryIndexes.Select(index => index.Definition)],
            GlobalSecondaryIndexes = source.GlobalSecondaryIndexes.Count == 0
                ? null
                : [.. source.GlobalSecondaryIndexes.Select(index => index.Definition)],
            VectorIndexes = source.VectorIndexes.Count == 0
                ? null
                : [.. source.VectorIndexes.Select(index => index.Definition)],
            BillingMode = isOnDemand ? OnDemand : "PROVISIONED",
            ProvisionedThroughput = isOnDemand
                ? null
                : provisioned with { ReadCapacityUnits = asked.ReadCapacityUnits ?? provisioned.ReadCapacityUnits },
            OnDemandThroughput = source.OnDemandThroughput,
            WarmThroughput = source.WarmThroughput,
            TableClass = asked.TableClassOverride ?? source.TableClass,
            Encryption = source.Encryption is null && asked.KmsMasterKeyId is null
                ? null
                : new EncryptionRequest(true, "KMS", asked.KmsMasterKeyId),
            StreamSpecification = new StreamSpecification(true, "NEW_AND_OLD_IMAGES"),
        };
    }
}
