namespace DaxProxy.Core.Tables;

/// <summary>One entry of <c>GlobalSecondaryIndexUpdates</c>: exactly one of its members in a well-formed request.</summary>
/// <param name="Create">An index to create.</param>
/// <param name="Delete">Name of an index to delete.</param>
/// <param name="Update">An index whose throughput to change.</param>
public sealed record GlobalIndexUpdate(IndexDefinition? Create, string? Delete, GlobalIndexUpdate.ThroughputUpdate? Update)
{
    /// <summary>The index this is about; null in an empty entry.</summary>
    public string? IndexName => Create?.IndexName ?? Delete ?? Update?.IndexName;

    /// <summary>New throughput of an index; what is null stays.</summary>
    /// <param name="IndexName">Name of the index.</param>
    /// <param name="ProvisionedThroughput">New provisioned throughput.</param>
    /// <param name="OnDemandThroughput">New limits per request.</param>
    /// <param name="WarmThroughput">New warm throughput.</param>
    public sealed record ThroughputUpdate(
        string IndexName,
        ProvisionedThroughput? ProvisionedThroughput,
        ThroughputLimits? OnDemandThroughput,
        ThroughputLimits? WarmThroughput);
}
