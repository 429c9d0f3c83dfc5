namespace DaxProxy.Core.Caching.Items;

/// <summary>An item that was answered.</summary>
/// <param name="Item">Its entry.</param>
internal sealed record SampledItem(CachedItem Item) : SampledHit(Item);
