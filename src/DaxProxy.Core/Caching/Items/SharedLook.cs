namespace DaxProxy.Core.Caching.Items;

/// <summary>What a look among shared items gives: an item, or the right to share one, or neither.</summary>
/// <param name="Found">What is known; null where nothing is.</param>
/// <param name="Ticket">The right to share what is fetched from now on; null where there is none.</param>
public readonly record struct SharedLook(SharedItem? Found, string? Ticket);
