using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Creates a table with its indexes.</summary>
public sealed class CreateTable() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(CreateTable))
    {
        Effect = VerbEffect.Tables,
        IsControlPlane = true,
        ChangesPolicies = true,
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>The table's key.</summary>
    public required IReadOnlyList<KeySchemaElement> KeySchema { get; init; }

    /// <summary>Types of all key attributes.</summary>
    public required IReadOnlyList<AttributeDefinition> AttributeDefinitions { get; init; }

    /// <summary>Local secondary indexes; null when the member was absent, which differs from an empty list.</summary>
    public IReadOnlyList<IndexDefinition>? LocalSecondaryIndexes { get; init; }

    /// <summary>Global secondary indexes; null when the member was absent, which differs from an empty list.</summary>
    public IReadOnlyList<IndexDefinition>? GlobalSecondaryIndexes { get; init; }

    /// <summary><c>PROVISIONED</c> (also when absent) or <c>PAY_PER_REQUEST</c>.</summary>
    public string? BillingMode { get; init; }

    /// <summary>Capacity of a provisioned table.</summary>
    public ProvisionedThroughput? ProvisionedThroughput { get; init; }

    /// <summary>Most units a second when billed per request; null for no limit.</summary>
    public ThroughputLimits? OnDemandThroughput { get; init; }

    /// <summary>Units a second to be prepared for; null for the service's default.</summary>
    public ThroughputLimits? WarmThroughput { get; init; }

    /// <summary><c>STANDARD</c> or <c>STANDARD_INFREQUENT_ACCESS</c>; null when absent.</summary>
    public string? TableClass { get; init; }

    /// <summary>Encryption at rest; null when absent.</summary>
    public EncryptionRequest? Encryption { get; init; }

    /// <summary>Tags of the new table.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>Whether DeleteTable shall be refused.</summary>
    public bool DeletionProtectionEnabled { get; init; }

    /// <summary>The stream of changes; null when absent.</summary>
    public StreamSpecification? StreamSpecification { get; init; }

    /// <summary>Document of the new table's resource policy, as sent; null for none.</summary>
    public string? ResourcePolicy { get; init; }

    /// <summary><see cref="ResourcePolicy"/> in its normal form; null for none, and before <see cref="Operation.Validate"/>.</summary>
    public string? NormalPolicy { get; private set; }

    /// <summary>The member that asks for a replica of another table, or for becoming one; null when the table stands alone.</summary>
    public string? Replication { get; init; }

    /// <summary>Vector indexes; null when the member was absent, which differs from an empty list.</summary>
    public IReadOnlyList<VectorIndexDefinition>? VectorIndexes { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        // A replica takes its definition from the table that it replicates.
        DynamoError? error = Replication is null ? TableDefinitionRules.Check(this) : null;
        if (error is null && ResourcePolicy is not null)
        {
            error = PolicyDocument.TryNormalize(ResourcePolicy, out string normal);
            NormalPolicy = normal;
        }

        return error;
    }
}
