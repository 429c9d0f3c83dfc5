using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>In what a restored table shall differ from the one whose state it takes. What is null stays as it was.</summary>
public sealed record RestoreOverrides
{
    /// <summary><c>PROVISIONED</c> or <c>PAY_PER_REQUEST</c>.</summary>
    public string? BillingMode { get; init; }

    /// <summary>Capacity of a provisioned table.</summary>
    public ProvisionedThroughput? ProvisionedThroughput { get; init; }

    /// <summary>Most units a second when billed per request.</summary>
    public ThroughputLimits? OnDemandThroughput { get; init; }

    /// <summary>The global indexes to restore, each of which the table had.</summary>
    public IReadOnlyList<IndexDefinition>? GlobalSecondaryIndexes { get; init; }

    /// <summary>The local indexes to restore, each of which the table had.</summary>
    public IReadOnlyList<IndexDefinition>? LocalSecondaryIndexes { get; init; }

    /// <summary>The vector indexes to restore, each of which the table had.</summary>
    public IReadOnlyList<VectorIndexDefinition>? VectorIndexes { get; init; }

    /// <summary>Encryption at rest.</summary>
    public EncryptionRequest? Encryption { get; init; }
}
