namespace DaxProxy.Core.Tables;

/// <summary>A replica of a table in another region, as DescribeTable shows it.</summary>
/// <param name="RegionName">Its region.</param>
/// <param name="ReplicaStatus"><c>CREATING</c>, <c>ACTIVE</c> or <c>DELETING</c>.</param>
/// <param name="ReplicaArn">Resource name of the table there.</param>
public sealed record ReplicaDescription(string RegionName, string ReplicaStatus, string ReplicaArn)
{
    /// <summary>The key of AWS KMS that it is encrypted with; null for the service's own.</summary>
    public string? KmsMasterKeyId { get; init; }

    /// <summary>Its table class; null when it was never set.</summary>
    public string? TableClass { get; init; }
}
