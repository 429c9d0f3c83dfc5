using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>An item as it was.</summary>
/// <param name="Row">Where it lies.</param>
/// <param name="Item">The item.</param>
internal readonly record struct StateItem(RowKey Row, StoredItem Item);
