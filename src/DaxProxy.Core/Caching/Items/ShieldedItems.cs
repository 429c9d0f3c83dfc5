using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// The item cache as reads see it: no fault of it fails a request. The fault is reported, and the cache knows and keeps nothing.
/// </summary>
internal sealed class ShieldedItems(ItemCache cache, CacheHealth health)
{
    private readonly ItemCache cache = cache;

    /// <summary>The place of an item of a table, made of attributes that fit; null for none.</summary>
    public CacheKey? PlaceOf(CatalogTable table, AttributeMap attributes) => Shield(
        (cache, table, attributes),
        static at => at.cache.KeyOf(at.table, ItemKey.Of(at.table.Info.KeySchema, at.attributes)),
        default(CacheKey?));

    /// <summary>Looks up; counts a hit.</summary>
    public CachedItem? Find(in CacheKey key) =>
        Shield((cache, key), static at => at.cache.TryGet(at.key, out CachedItem? item) ? item : null, null);

    /// <summary>As <see cref="ItemCache.Foresee"/>.</summary>
    public Forecast Foresee(in CacheKey key) =>
        Shield((cache, key), static at => at.cache.Foresee(at.key), Forecast.Miss(Remarks.ItemNotKnown));

    /// <summary>As <see cref="ItemCache.MustRefresh"/>.</summary>
    public bool MustRefresh(CachedItem item) => Shield((cache, item), static at => at.cache.MustRefresh(at.item), false);

    /// <summary>As <see cref="ItemCache.TermsFor"/>; null where they cannot be known.</summary>
    public FetchTerms? TermsFor(in CacheKey key) =>
        Shield((cache, key), static at => at.cache.TermsFor(at.key), default(FetchTerms?));

    /// <summary>A fetch that begins now; null where its terms cannot be known.</summary>
    public ItemFetch? FetchOf(IDynamoBackend inner, in CacheKey key, GetItem operation, ISharedItems? shared) => Shield(
        (items: this, inner, key, operation, shared: key.Table.Settings.DaxCompatible ? null : shared),
        static at =>
        {
            ItemCache cache = at.items.cache;
            return new ItemFetch(
                at.inner, at.items, at.shared, at.key, cache.TermsFor(at.key), cache.Patience.Now, at.operation, cache.Continuations);
        },
        null);

    /// <summary>Stores what was fetched and returns the entry; null where that may not be.</summary>
    /// <param name="key">The place.</param>
    /// <param name="ticket">The right to store it; null for none.</param>
    /// <param name="item">The item; null where there is none.</param>
    /// <param name="left">Its longest life, as it was fetched before; null where it is fresh.</param>
    public CachedItem? Fill(in CacheKey key, FillTicket? ticket, Item? item, TimeSpan? left = null) => Shield(
        (cache, key, ticket, item, left),
        static at =>
        {
            if (at.ticket is { } valid)
            {
                return at.cache.Fill(at.key, valid, at.item, at.left);
            }

            at.key.Table.Counters.CountRefusedFill(FillRefusal.InDoubt);
            return null;
        },
        null);

    /// <summary>
    /// The stale item of a key, for a fetch that failed; null where it may not be answered. A fetch without a ticket never gets any.
    /// </summary>
    public CachedItem? FindStale(in CacheKey key, FillTicket? ticket) => Shield(
        (cache, key, ticket),
        static at => at.ticket is { } valid && at.cache.TryGetStale(at.key, valid, out CachedItem? item) ? item : null,
        null);

    /// <summary>What the cache gives; if it fails, something else, and the fault is reported. The state need not be allocated.</summary>
    private T Shield<TState, T>(TState state, Func<TState, T> action, T otherwise)
    {
        try
        {
            return action(state);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return otherwise;
        }
    }
}
