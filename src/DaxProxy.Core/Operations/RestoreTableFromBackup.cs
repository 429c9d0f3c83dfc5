using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Makes a table of a backup.</summary>
public sealed class RestoreTableFromBackup() : RestoreOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(RestoreTableFromBackup))
    {
        IsControlPlane = true,
        Effect = VerbEffect.Tables,
        TableMember = nameof(TargetTableName),
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(BackupArn);

    /// <summary>Resource name of the backup.</summary>
    public required string BackupArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        BackupResource.Check(BackupArn) ?? base.CheckStatically(layer);
}
