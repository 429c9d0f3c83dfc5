using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Items;

/// <summary>Where an item is kept: its name in the cache, and the fence that guards it. Made by <see cref="ItemCache.KeyOf"/>.</summary>
/// <remarks>
/// The bytes change when the table is evicted, the fence does not: it follows from the table's name, so that a write which began before an
/// eviction still keeps fills away that began after it. Equal if the bytes are.
/// </remarks>
public readonly struct CacheKey : IEquatable<CacheKey>
{
    internal CacheKey(CatalogTable table, byte[] bytes, int stripe)
    {
        Table = table;
        Bytes = bytes;
        Stripe = stripe;
    }

    /// <summary>The table.</summary>
    public CatalogTable Table { get; }

    internal byte[] Bytes { get; }

    internal int Stripe { get; }

    /// <inheritdoc/>
    public bool Equals(CacheKey other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheKey other && Equals(other);

    /// <summary>The fence, which a keyed hash has chosen already.</summary>
    public override int GetHashCode() => Stripe;
}
