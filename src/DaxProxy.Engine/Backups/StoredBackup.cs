using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Backups;

/// <summary>A row of <c>backups</c>.</summary>
/// <param name="Description">What is shown of it.</param>
/// <param name="RowsId">The number under which its items lie.</param>
internal sealed record StoredBackup(BackupDescription Description, long RowsId)
{
    /// <summary>Whether items are still missing.</summary>
    public bool IsCreating => Description.Details.BackupStatus == "CREATING";
}
