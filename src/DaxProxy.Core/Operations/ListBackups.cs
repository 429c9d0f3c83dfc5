using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Lists backups, the oldest first.</summary>
public sealed class ListBackups() : Operation(Definition)
{
    /// <summary>The most that one answer lists.</summary>
    public const int MaxPage = 100;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ListBackups)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>Name of the only table whose backups are asked for; null for all.</summary>
    public string? TableName { get; init; }

    /// <summary>How many to list at most: 1 to 100.</summary>
    public int Limit { get; init; } = MaxPage;

    /// <summary>Backups made before this time are left out; null for none.</summary>
    public DateTimeOffset? TimeRangeLowerBound { get; init; }

    /// <summary>Backups made at this time or later are left out; null for none.</summary>
    public DateTimeOffset? TimeRangeUpperBound { get; init; }

    /// <summary>Resource name of the backup that an earlier answer ended with; null to begin.</summary>
    public string? ExclusiveStartBackupArn { get; init; }

    /// <summary><c>USER</c>, <c>SYSTEM</c>, <c>AWS_BACKUP</c> (of which there are none here) or <c>ALL</c>.</summary>
    public string BackupType { get; init; } = "USER";

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        TimeRangeLowerBound > TimeRangeUpperBound ? BackupFaults.TimesReversed
        : ExclusiveStartBackupArn is null ? null
        : BackupResource.Check(ExclusiveStartBackupArn);
}
