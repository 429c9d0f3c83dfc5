using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Switches point-in-time recovery of a table on or off.</summary>
public sealed class UpdateContinuousBackups() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(UpdateContinuousBackups)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Whether to switch it on.</summary>
    public required bool Enabled { get; init; }

    /// <summary>For how many days the past is kept: 1 to 35; null for the default of 35.</summary>
    public int? RecoveryPeriodInDays { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        !Enabled && RecoveryPeriodInDays is not null ? BackupFaults.PeriodToDisable : null;
}
