using DaxProxy.Core.Caching.Core;

namespace DaxProxy.Core.Caching.Items;

/// <summary>An answer that a cache gave, to be looked at once more.</summary>
/// <param name="Entry">The entry it came from, which lives on while it waits to be looked at.</param>
internal abstract record SampledHit(CacheEntry Entry);
