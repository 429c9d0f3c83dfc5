using DaxProxy.Core.Items;

namespace DaxProxy.Core.Caching.Items;

/// <summary>An item that another process has fetched.</summary>
/// <param name="Item">The item; null where it is known that there is none.</param>
/// <param name="Left">What is left of the life that the first fetch gave it; null where it has no end.</param>
public sealed record SharedItem(Item? Item, TimeSpan? Left);
