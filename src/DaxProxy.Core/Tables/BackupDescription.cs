namespace DaxProxy.Core.Tables;

/// <summary>A backup, and the table as it was.</summary>
/// <param name="Details">The backup itself.</param>
/// <param name="Table">The table's description, with counts, as of the backup.</param>
/// <param name="TimeToLiveAttribute">The attribute that said when items ended; null while none did.</param>
public sealed record BackupDescription(BackupDetails Details, TableDescription Table, string? TimeToLiveAttribute);
