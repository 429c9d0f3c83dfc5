using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>An item in two states.</summary>
/// <param name="Row">Where it lies.</param>
/// <param name="Stamp">When it was written last before the later state.</param>
/// <param name="Old">The item in the earlier state; null for none.</param>
/// <param name="New">The item in the later state; null for none.</param>
internal sealed record ItemChange(RowKey Row, long Stamp, StoredItem? Old, StoredItem? New);
