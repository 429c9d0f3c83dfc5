using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Storage;

/// <summary>A row of <c>items</c>, or of <c>entries</c> as a page reads it.</summary>
/// <param name="Item">The item, or what the index holds of it.</param>
/// <param name="PageBytes">Its size as pages count.</param>
internal sealed record StoredItem(Item Item, int PageBytes);
