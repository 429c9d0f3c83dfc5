namespace DaxProxy.Core.Tables;

/// <summary>A secondary index as CreateTable defines it.</summary>
/// <param name="IndexName">Name, unique within the table.</param>
/// <param name="KeySchema">Its key, partition attributes first.</param>
/// <param name="Projection">What it holds beside the keys.</param>
/// <param name="ProvisionedThroughput">Capacity of a global index of a provisioned table; null otherwise.</param>
/// <param name="OnDemandThroughput">Most units a second of a global index of a table billed per request; null for no limit.</param>
/// <param name="WarmThroughput">Units a second the index is prepared for; null when it was never asked for.</param>
public sealed record IndexDefinition(
    string IndexName,
    IReadOnlyList<KeySchemaElement> KeySchema,
    Projection Projection,
    ProvisionedThroughput? ProvisionedThroughput = null,
    ThroughputLimits? OnDemandThroughput = null,
    ThroughputLimits? WarmThroughput = null);
