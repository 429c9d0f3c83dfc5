using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>
/// The query cache as reads see it: no fault of it fails a request. The fault is reported, and the cache knows and keeps nothing.
/// </summary>
internal sealed class ShieldedPages(QueryCache cache, CacheHealth health)
{
    private readonly QueryCache cache = cache;

    /// <summary>What an operation means to the cache; null where it does not fit the table.</summary>
    public PagePlan? PlanOf(CatalogTable table, PageOperation operation) => Shield(
        (cache, table, operation),
        static at => PagePlan.TryMake(at.table, at.operation, at.cache.Fences, out PagePlan? plan, at.cache.Sampler is not null)
            ? plan
            : null,
        null);

    /// <summary>Looks up; counts a hit or says why there is none.</summary>
    public CachedPage? Find(PagePlan plan, Explanation? explanation) => Shield(
        (cache, plan, explanation),
        static at => at.cache.TryFind(at.plan, at.explanation, out CachedPage? page) ? page : null,
        null);

    /// <summary>As <see cref="QueryCache.Foresee"/>.</summary>
    public Forecast Foresee(PagePlan plan) =>
        Shield((cache, plan), static at => at.cache.Foresee(at.plan), Forecast.Miss(Remarks.PageNotKnown));

    /// <summary>As <see cref="QueryCache.MustRefresh"/>.</summary>
    public bool MustRefresh(PagePlan plan, CachedPage page) =>
        Shield((cache, plan, page), static at => at.cache.MustRefresh(at.plan, at.page), false);

    /// <summary>A fetch that begins now; null where its terms cannot be known.</summary>
    public PageFetch? FetchOf(IDynamoBackend inner, PagePlan plan, PageOperation operation) => Shield(
        (pages: this, inner, plan, operation),
        static at =>
        {
            // The stamp comes first: what is written behind it is seen by it.
            QueryCache cache = at.pages.cache;
            PageStamp stamp = cache.Fences.StampOf(at.plan.Guard);
            return new PageFetch(
                at.inner, at.pages, at.plan, stamp, cache.TermsFor(at.plan), cache.Patience.Now, at.operation, cache.Continuations);
        },
        null);

    /// <summary>As <see cref="QueryCache.TryStore"/>.</summary>
    public (CachedPage? Page, FillRefusal? Refusal) TryStore(
        PagePlan plan, PageStamp asked, FillRefusal? refusal, PageReply reply, PageOperation operation) => Shield(
        (cache, plan, asked, refusal, reply, operation),
        static at => at.cache.TryStore(at.plan, at.asked, at.refusal, at.reply, at.operation),
        (null, refusal));

    /// <summary>The stale page of a plan, for a fetch that failed; null where it may not be answered.</summary>
    public CachedPage? FindStale(PagePlan plan) =>
        Shield((cache, plan), static at => at.cache.TryFindStale(at.plan, out CachedPage? page) ? page : null, null);

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
