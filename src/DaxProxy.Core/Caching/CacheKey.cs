using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>Where an item is kept: its name in the cache, and the fence that guards it. Made by <see cref="ItemCache.KeyOf"/>.</summary>
/// <remarks>
/// The text changes when the table is evicted, the fence does not: it follows from the table's name, so that a write which began before an
/// eviction still keeps fills away that began after it.
/// </remarks>
public readonly struct CacheKey
{
    internal CacheKey(CatalogTable table, string text, int stripe)
    {
        Table = table;
        Text = text;
        Stripe = stripe;
    }

    /// <summary>The table.</summary>
    public CatalogTable Table { get; }

    internal string Text { get; }

    internal int Stripe { get; }
}
