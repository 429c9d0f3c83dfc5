using DaxProxy.Core.Items;

namespace DaxProxy.Core.Caching.Items;

/// <summary>What a look among shared items gives: an item, or the right to share one, or neither.</summary>
/// <param name="Found">What is known; null where nothing is.</param>
/// <param name="Ticket">The right to share what is fetched from now on; null where there is none.</param>
public readonly record struct SharedLook(SharedItem? Found, string? Ticket);

/// <summary>An item that another process has fetched.</summary>
/// <param name="Item">The item; null where it is known that there is none.</param>
/// <param name="Left">What is left of the life that the first fetch gave it; null where it has no end.</param>
public sealed record SharedItem(Item? Item, TimeSpan? Left);
