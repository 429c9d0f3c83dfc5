using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>An item that a search found.</summary>
/// <param name="Item">What was asked for of it.</param>
/// <param name="Score">How near it is: a distance, which is small for what is near, or a product, which is large.</param>
public sealed record SearchResult(Item Item, double Score);
