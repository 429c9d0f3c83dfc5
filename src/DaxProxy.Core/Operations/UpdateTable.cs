using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>
/// Changes one thing of a table: throughput, billing, a global or vector index, the stream, class, protection, encryption.
/// </summary>
public sealed class UpdateTable() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(UpdateTable)) { Effect = VerbEffect.Tables, IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <summary>
    /// The table; none where only throughput, billing, class, protection or encryption change: no item and no page is another for that, and
    /// auto scaling does it all the time.
    /// </summary>
    public override IReadOnlyList<string>? ChangedTables => LeavesItemsAndIndexes ? [] : base.ChangedTables;

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Types of attributes that a new index uses.</summary>
    public IReadOnlyList<AttributeDefinition> AttributeDefinitions { get; init; } = [];

    /// <summary><c>PROVISIONED</c> or <c>PAY_PER_REQUEST</c>; null to leave it.</summary>
    public string? BillingMode { get; init; }

    /// <summary>New provisioned capacity; null to leave it.</summary>
    public ProvisionedThroughput? ProvisionedThroughput { get; init; }

    /// <summary>Changes of global indexes; null when the member was absent, which differs from an empty list.</summary>
    public IReadOnlyList<GlobalIndexUpdate>? GlobalSecondaryIndexUpdates { get; init; }

    /// <summary>The stream switched on or off; null to leave it.</summary>
    public StreamSpecification? StreamSpecification { get; init; }

    /// <summary>New limits per request; null to leave them.</summary>
    public ThroughputLimits? OnDemandThroughput { get; init; }

    /// <summary>New warm throughput; null to leave it.</summary>
    public ThroughputLimits? WarmThroughput { get; init; }

    /// <summary>New table class; null to leave it.</summary>
    public string? TableClass { get; init; }

    /// <summary>New encryption; null to leave it.</summary>
    public EncryptionRequest? Encryption { get; init; }

    /// <summary>Whether DeleteTable shall be refused; null to leave it.</summary>
    public bool? DeletionProtectionEnabled { get; init; }

    /// <summary>The first member that changes replicas of the table; null to leave them.</summary>
    public string? Replication { get; init; }

    /// <summary>Changes of replicas; null when the member was absent.</summary>
    public IReadOnlyList<ReplicaUpdate>? ReplicaUpdates { get; init; }

    /// <summary>
    /// The first member about replicas besides <see cref="ReplicaUpdates"/> that asks for more than eventually consistent ones; null for
    /// none.
    /// </summary>
    public string? OtherReplication { get; init; }

    /// <summary>Changes of vector indexes; null when the member was absent, which differs from an empty list.</summary>
    public IReadOnlyList<VectorIndexUpdate>? VectorIndexUpdates { get; init; }

    private bool LeavesItemsAndIndexes => StreamSpecification is null && Replication is null && VectorIndexUpdates is null
        && (GlobalSecondaryIndexUpdates ?? []).All(static update => update is { Create: null, Delete: null });

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => TableUpdateRules.Check(this);
}
