namespace DaxProxy.Core.Tables;

/// <summary>What there is to know of a backup itself.</summary>
public sealed record BackupDetails
{
    /// <summary>The backup's resource name: that of its table, and <c>/backup/01700000000000-0123abcd</c>.</summary>
    public required string BackupArn { get; init; }

    /// <summary>The name it was given, which need not be the only one of its kind.</summary>
    public required string BackupName { get; init; }

    /// <summary>What the items add up to.</summary>
    public required long BackupSizeBytes { get; init; }

    /// <summary><c>CREATING</c>, <c>AVAILABLE</c> or <c>DELETED</c>.</summary>
    public required string BackupStatus { get; init; }

    /// <summary><c>USER</c>, or <c>SYSTEM</c> for what is left of a deleted table.</summary>
    public required string BackupType { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset BackupCreationDateTime { get; init; }

    /// <summary>When it goes by itself; null for never.</summary>
    public DateTimeOffset? BackupExpiryDateTime { get; init; }
}
