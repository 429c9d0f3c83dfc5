using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to ListBackups.</summary>
/// <param name="backups">The backups.</param>
/// <param name="lastEvaluatedBackupArn">Resource name of the last one, to go on behind; null at the end.</param>
public sealed class ListBackupsReply(IReadOnlyList<BackupDescription> backups, string? lastEvaluatedBackupArn) : Reply
{
    /// <summary>The backups.</summary>
    public IReadOnlyList<BackupDescription> Backups { get; } = backups;

    /// <summary>Resource name of the last one, to go on behind; null at the end.</summary>
    public string? LastEvaluatedBackupArn { get; } = lastEvaluatedBackupArn;
}
