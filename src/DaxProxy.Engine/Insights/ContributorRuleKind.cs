namespace DaxProxy.Engine.Insights;

/// <summary>
/// What a rule of Contributor Insights ranks. Source: DynamoDB's developer guide, "CloudWatch contributor insights for DynamoDB: How it
/// works".
/// </summary>
public enum ContributorRuleKind
{
    /// <summary>Partition keys by the units that they consumed: <c>PKC</c>.</summary>
    PartitionKeysAccessed,

    /// <summary>Keys of items by the units that they consumed: <c>SKC</c>. Only of what has a sort key.</summary>
    SortKeysAccessed,

    /// <summary>Partition keys by how often they were throttled: <c>PKT</c>.</summary>
    PartitionKeysThrottled,

    /// <summary>Keys of items by how often they were throttled: <c>SKT</c>. Only of what has a sort key.</summary>
    SortKeysThrottled,
}
