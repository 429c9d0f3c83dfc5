namespace DaxProxy.Core.Tables;

/// <summary>Where a restored table came from.</summary>
/// <param name="SourceTableArn">Resource name of the table whose state it is.</param>
/// <param name="SourceBackupArn">Resource name of the backup; null for a restore to a point in time.</param>
/// <param name="RestoreDateTime">The time of that state.</param>
/// <param name="RestoreInProgress">Whether items are still missing.</param>
public sealed record RestoreSummary(
    string SourceTableArn, string? SourceBackupArn, DateTimeOffset RestoreDateTime, bool RestoreInProgress);
