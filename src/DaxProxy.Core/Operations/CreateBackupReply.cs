using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to CreateBackup.</summary>
/// <param name="details">The new backup.</param>
public sealed class CreateBackupReply(BackupDetails details) : Reply
{
    /// <summary>The new backup.</summary>
    public BackupDetails Details { get; } = details;
}
