namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeContinuousBackups and UpdateContinuousBackups.</summary>
/// <param name="isAvailable">Whether backups of the table can be asked for: they can once the table is there.</param>
public sealed class ContinuousBackupsReply(bool isAvailable) : Reply
{
    /// <summary>Whether backups of the table can be asked for.</summary>
    public bool IsAvailable { get; } = isAvailable;

    /// <summary>For how many days the past is kept; null while point-in-time recovery is off.</summary>
    public int? RecoveryPeriodInDays { get; init; }

    /// <summary>The earliest time to restore to; null while point-in-time recovery is off.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>The latest time to restore to; null while point-in-time recovery is off.</summary>
    public DateTimeOffset? Latest { get; init; }
}
