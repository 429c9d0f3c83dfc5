namespace DaxProxy.Core.Tables;

/// <summary>A table as DescribeTable shows it.</summary>
public sealed record TableDescription
{
    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>A new UUID each time a table is created.</summary>
    public required string TableId { get; init; }

    /// <summary>The table's resource name.</summary>
    public required string TableArn { get; init; }

    /// <summary><c>CREATING</c>, <c>UPDATING</c>, <c>DELETING</c>, <c>ACTIVE</c> …</summary>
    public required string TableStatus { get; init; }

    /// <summary>When the table was created.</summary>
    public required DateTimeOffset CreationDateTime { get; init; }

    /// <summary>The table's key.</summary>
    public required IReadOnlyList<KeySchemaElement> KeySchema { get; init; }

    /// <summary>Types of the attributes that keys use, sorted by name.</summary>
    public required IReadOnlyList<AttributeDefinition> AttributeDefinitions { get; init; }

    /// <summary>Local secondary indexes.</summary>
    public IReadOnlyList<IndexDescription> LocalSecondaryIndexes { get; init; } = [];

    /// <summary>Global secondary indexes.</summary>
    public IReadOnlyList<IndexDescription> GlobalSecondaryIndexes { get; init; } = [];

    /// <summary>Vector indexes. A definition that was stored before there were any says nothing of them.</summary>
    public IReadOnlyList<VectorIndexDescription> VectorIndexes { get; init => field = value ?? []; } = [];

    /// <summary>Provisioned capacity; zeros when billed per request.</summary>
    public required ProvisionedThroughput ProvisionedThroughput { get; init; }

    /// <summary><c>PAY_PER_REQUEST</c> or <c>PROVISIONED</c>; null for a table that was created provisioned and never switched.</summary>
    public string? BillingMode { get; init; }

    /// <summary>When the table was last switched to be billed per request; null when it never was.</summary>
    public DateTimeOffset? LastUpdateToPayPerRequest { get; init; }

    /// <summary>When provisioned capacity last went up; null when it never did.</summary>
    public DateTimeOffset? LastThroughputIncrease { get; init; }

    /// <summary>When provisioned capacity last went down; null when it never did.</summary>
    public DateTimeOffset? LastThroughputDecrease { get; init; }

    /// <summary>How often its capacity was lowered on the day of the last time; 0 where it is not counted.</summary>
    public int ThroughputDecreases { get; init; }

    /// <summary>Most units a second when billed per request; null for no limit.</summary>
    public ThroughputLimits? OnDemandThroughput { get; init; }

    /// <summary>Units a second the table is prepared for; null before it was asked for, when the service's default is shown.</summary>
    public ThroughputLimits? WarmThroughput { get; init; }

    /// <summary><c>STANDARD</c> or <c>STANDARD_INFREQUENT_ACCESS</c>; null when it was never set.</summary>
    public string? TableClass { get; init; }

    /// <summary>Encryption with a key of AWS KMS; null for the service's own key.</summary>
    public EncryptionSetting? Encryption { get; init; }

    /// <summary>Whether DeleteTable is refused.</summary>
    public bool DeletionProtectionEnabled { get; init; }

    /// <summary>The stream of changes; null while there is none.</summary>
    public StreamSpecification? StreamSpecification { get; init; }

    /// <summary>Resource name of the stream that there is, or was last; null when there never was one.</summary>
    public string? LatestStreamArn { get; init; }

    /// <summary>What tells that stream from the table's other ones: the time of its making; null when there never was one.</summary>
    public string? LatestStreamLabel { get; init; }

    /// <summary>Where a restored table came from; null for others.</summary>
    public RestoreSummary? Restore { get; init; }

    /// <summary>How many items the table holds.</summary>
    public long ItemCount { get; init; }

    /// <summary>Sum of the items' sizes in bytes.</summary>
    public long TableSizeBytes { get; init; }
}
