namespace DaxProxy.Core.Caching.Items;

/// <summary>An answer that a cache gave, to be looked at once more.</summary>
internal abstract record SampledHit;
