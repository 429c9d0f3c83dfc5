using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Keeps the present state of a table under a name.</summary>
public sealed class CreateBackup() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(CreateBackup)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Name of the backup.</summary>
    public required string BackupName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
