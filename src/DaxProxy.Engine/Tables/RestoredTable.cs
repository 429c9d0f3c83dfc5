using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// What a restored table is created like: as its source, but for what the request overrides, and without what is not restored.
/// </summary>
/// <remarks>
/// Not restored are tags, time to live, the stream, point-in-time recovery, the resource policy, deletion protection and the table class.
/// Source: the documentation of the two requests and recorded answers.
/// </remarks>
internal static class RestoredTable
{
    private const string OnDemand = "PAY_PER_REQUEST";

    /// <summary>Makes a request for the table, or says why there can be no such table.</summary>
    /// <param name="source">The table whose state is restored.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="creation">The request for the new table.</param>
    public static DynamoError? TryDefine(TableDescription source, RestoreOperation request, out CreateTable creation)
    {
        RestoreOverrides overrides = request.Overrides;
        bool isOnDemand = (overrides.BillingMode ?? source.BillingMode) == OnDemand;
        List<IndexDescription> locals = Choose(source.LocalSecondaryIndexes, overrides.LocalSecondaryIndexes, isOnDemand);
        List<IndexDescription> globals = Choose(source.GlobalSecondaryIndexes, overrides.GlobalSecondaryIndexes, isOnDemand);
        List<VectorIndexDescription> vectors =
        [
            .. source.VectorIndexes.Where(index =>
                overrides.VectorIndexes?.Any(chosen => IsSame(index.Definition, chosen)) ?? true),
        ];
        TableDescription table = NewIndexRules.WithoutOrphans(
            source with { LocalSecondaryIndexes = locals, GlobalSecondaryIndexes = globals, VectorIndexes = vectors });
        creation = new CreateTable
        {
            TableName = request.TargetTableName,
            KeySchema = source.KeySchema,
            AttributeDefinitions = table.AttributeDefinitions,
            LocalSecondaryIndexes = locals.Count == 0 ? null : [.. locals.Select(index => index.Definition)],
            GlobalSecondaryIndexes = globals.Count == 0 ? null : [.. globals.Select(index => index.Definition)],
            VectorIndexes = vectors.Count == 0 ? null : [.. vectors.Select(index => index.Definition)],
            BillingMode = isOnDemand ? OnDemand : "PROVISIONED",
            ProvisionedThroughput = overrides.ProvisionedThroughput ?? (isOnDemand ? null : Provisioned(source)),
            OnDemandThroughput = overrides.OnDemandThroughput ?? (isOnDemand ? source.OnDemandThroughput : null),
            Encryption = overrides.Encryption
                ?? (source.Encryption is null ? null : new EncryptionRequest(true, "KMS", source.Encryption.KmsMasterKeyArn)),
        };
        return FindStranger(source, overrides) is { } stranger
            ? BackupFaults.NotASourceIndex(stranger)
            : TableDefinitionRules.Check(creation);
    }

    /// <summary>The capacity of a table that has one.</summary>
    private static ProvisionedThroughput? Provisioned(TableDescription table) =>
        table.BillingMode == OnDemand ? null : table.ProvisionedThroughput;

    /// <summary>The indexes that are restored, with the capacity that they get.</summary>
    private static List<IndexDescription> Choose(
        IReadOnlyList<IndexDescription> source, IReadOnlyList<IndexDefinition>? chosen, bool isOnDemand)
    {
        List<IndexDescription> restored = [];
        foreach (IndexDescription index in source)
        {
            IndexDefinition? sent = chosen?.FirstOrDefault(one => one.IndexName == index.Definition.IndexName);
            if (chosen is null || sent is not null)
            {
                restored.Add(index with
                {
                    Definition = index.Definition with
                    {
                        ProvisionedThroughput = sent?.ProvisionedThroughput ?? (isOnDemand ? null : index.Definition.ProvisionedThroughput),
                        OnDemandThroughput = sent?.OnDemandThroughput ?? (isOnDemand ? index.Definition.OnDemandThroughput : null),
                        WarmThroughput = sent?.WarmThroughput,
                    },
                });
            }
        }

        return restored;
    }

    /// <summary>The first index asked for that the source does not have, or not so; null for none.</summary>
    private static string? FindStranger(TableDescription source, RestoreOverrides overrides) =>
        FindStranger(source.LocalSecondaryIndexes, overrides.LocalSecondaryIndexes)
        ?? FindStranger(source.GlobalSecondaryIndexes, overrides.GlobalSecondaryIndexes)
        ?? overrides.VectorIndexes?
            .FirstOrDefault(chosen => !source.VectorIndexes.Any(index => IsSame(index.Definition, chosen)))?.IndexName;

    private static string? FindStranger(IReadOnlyList<IndexDescription> source, IReadOnlyList<IndexDefinition>? chosen) =>
        chosen?.FirstOrDefault(one => !source.Any(index => IsSame(index.Definition, one)))?.IndexName;

    private static bool IsSame(IndexDefinition index, IndexDefinition chosen) =>
        index.IndexName == chosen.IndexName
        && index.KeySchema.SequenceEqual(chosen.KeySchema)
        && IsSame(index.Projection, chosen.Projection);

    private static bool IsSame(VectorIndexDefinition index, VectorIndexDefinition chosen) =>
        index with { SearchSchema = null, Projection = chosen.Projection } == chosen with { SearchSchema = null }
        && (index.SearchSchema ?? []).SequenceEqual(chosen.SearchSchema ?? [])
        && IsSame(index.Projection, chosen.Projection);

    private static bool IsSame(Projection projection, Projection chosen) =>
        projection.ProjectionType == chosen.ProjectionType
        && (projection.NonKeyAttributes ?? []).Order(StringComparer.Ordinal)
            .SequenceEqual((chosen.NonKeyAttributes ?? []).Order(StringComparer.Ordinal));
}
