using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Gives up a backup.</summary>
public sealed class DeleteBackup() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DeleteBackup)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(BackupArn);

    /// <summary>Resource name of the backup.</summary>
    public required string BackupArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => BackupResource.Check(BackupArn);
}
