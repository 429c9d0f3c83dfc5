using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeBackup and DeleteBackup.</summary>
/// <param name="backup">The backup.</param>
public sealed class BackupReply(BackupDescription backup) : Reply
{
    /// <summary>The backup.</summary>
    public BackupDescription Backup { get; } = backup;
}
