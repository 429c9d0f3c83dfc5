using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Replication;

/// <summary>A write on its way to another region: a logged one, or an item that is copied into a new replica.</summary>
/// <param name="Sequence">Its number in the log of its region; 0 for a copied item.</param>
/// <param name="Row">Where the item lies, in every region.</param>
/// <param name="Stamp">When and where it was written; null for an item that is older than its global table.</param>
/// <param name="Item">The item; null where it was deleted.</param>
internal sealed record LoggedChange(long Sequence, RowKey Row, WriteStamp? Stamp, StoredItem? Item);
