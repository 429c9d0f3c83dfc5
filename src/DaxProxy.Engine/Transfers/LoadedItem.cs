using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transfers;

/// <summary>An item that fits the table.</summary>
/// <param name="Line">The line where it begins.</param>
/// <param name="Table">The table.</param>
/// <param name="Row">Where the item goes.</param>
/// <param name="Put">The item as it was read, with its condition.</param>
/// <param name="Stored">The item as it is stored.</param>
internal sealed record LoadedItem(long Line, EngineTable Table, RowKey Row, PutItem Put, StoredItem Stored);
