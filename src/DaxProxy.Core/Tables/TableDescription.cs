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

    /// <summary>Provisioned capacity; zeros when billed per request.</summary>
    public required ProvisionedThroughput ProvisionedThroughput { get; init; }

    /// <summary><c>PAY_PER_REQUEST</c> when the table is billed so; null for a table that was created provisioned.</summary>
    public string? BillingMode { get; init; }

    /// <summary>Whether DeleteTable is refused.</summary>
    public bool DeletionProtectionEnabled { get; init; }

    /// <summary>The stream of changes; null while there is none.</summary>
    public StreamSpecification? StreamSpecification { get; init; }

    /// <summary>Resource name of the stream that there is, or was last; null when there never was one.</summary>
    public string? LatestStreamArn { get; init; }

    /// <summary>What tells that stream from the table's other ones: the time of its making; null when there never was one.</summary>
    public string? LatestStreamLabel { get; init; }

    /// <summary>How many items the table holds.</summary>
    public long ItemCount { get; init; }

    /// <summary>Sum of the items' sizes in bytes.</summary>
    public long TableSizeBytes { get; init; }
}
