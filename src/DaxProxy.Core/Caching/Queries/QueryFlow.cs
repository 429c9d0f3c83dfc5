using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>How Query and Scan are answered: from the cache, by a fetch that others may share, or past both.</summary>
internal sealed class QueryFlow(IDynamoBackend inner, QueryCache cache, KeyFinder finder, CacheHealth health)
{
    private readonly ShieldedPages pages = new(cache, health);
    private readonly SharedFetches<CachedPage> fetches = new(cache.Patience);

    public async ValueTask<Reply> ExecuteAsync(PageOperation operation, CancellationToken cancellationToken)
    {
        CatalogTable? table = await finder.TableToReadAsync(operation.TableName, cancellationToken).ConfigureAwait(false);
        if (operation.ConsistentRead || table is null || !Caches(table, operation) || pages.PlanOf(table, operation) is not { } plan)
        {
            operation.Explanation?.Say(WhyNoPlan(table, operation));
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return Answer(operation, reply, health.Bypass);
        }

        if (!table.IsFresh)
        {
            operation.Explanation?.Say(Remarks.TooFarBehind);
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return Answer(operation, reply, CacheStatus.StreamLag);
        }

        return TryFind(operation, plan) ?? await MissAsync(operation, plan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How it would be answered now.</summary>
    public Forecast Foresee(PageOperation operation)
    {
        CatalogTable? table = finder.KnownTable(operation.TableName);
        return operation.ConsistentRead || table is null || !Caches(table, operation) || pages.PlanOf(table, operation) is not { } plan
            ? Forecast.Bypass(health.Bypass, WhyNoPlan(table, operation))
            : table.IsFresh ? pages.Foresee(plan)
            : Forecast.Bypass(CacheStatus.StreamLag, Remarks.TooFarBehind);
    }

    private static string WhyNoPlan(CatalogTable? table, PageOperation operation) =>
        operation.ConsistentRead ? Remarks.ConsistentRead
        : table is null ? Remarks.TableNotKnown
        : Caches(table, operation) ? Remarks.NoQueryOfTable
        : Remarks.QueriesNotCached;

    private static bool Caches(CatalogTable table, PageOperation operation) =>
        table.Settings.QueryTimeToLiveOf(operation.IndexName) > TimeSpan.Zero;

    private PageReply? TryFind(PageOperation operation, PagePlan plan)
    {
        if (pages.Find(plan, operation.Explanation) is not { } page)
        {
            return null;
        }

        if (pages.MustRefresh(plan, page))
        {
            operation.Explanation?.Say(Remarks.FetchedAgain);
            _ = RefreshAsync(operation, plan);
        }

        return cache.Answer(page, Nothing(operation, plan), cache.StatusOf(page), plan);
    }

    private async ValueTask<Reply> MissAsync(PageOperation operation, PagePlan plan, CancellationToken cancellationToken)
    {
        if (pages.FetchOf(inner, plan, operation) is not { } own)
        {
            bool mayBeBehind = inner.ReadLag.Replica > TimeSpan.Zero && !plan.IsGlobalIndex;
            Reply unshared = await PageFetch.AskAsync(inner, operation, mayBeBehind, cancellationToken).ConfigureAwait(false);
            return Answer(operation, unshared, CacheStatus.Miss);
        }

        (FetchResult<CachedPage> result, bool isOwn) =
            await fetches.FetchAsync(own, operation.Explanation, cancellationToken).ConfigureAwait(false);

        // The stale page, the backend's refusal, or the page.
        if (result.Stale is { } stale)
        {
            plan.Table.Counters.Queries.CountStaleHit();
            return cache.Answer(stale, Nothing(operation, plan), cache.StaleStatusOf(stale, result.Failure!));
        }

        CacheStatus status = !isOwn ? CacheStatus.Collapsed : result.Entry is not null ? CacheStatus.Stored : CacheStatus.Miss;
        if (result.Reply is not PageReply read)
        {
            return Answer(operation, result.Reply!, status);
        }

        ConsumedCapacity? capacity = isOwn ? read.ConsumedCapacity : Nothing(operation, plan);
        return result.Entry is { } page ? cache.Answer(page, capacity, status) : read.With(capacity, status);
    }

    /// <summary>Fetches a page again, as a miss would, while the cache still answers with it. No reader waits for the fetch.</summary>
    private async Task RefreshAsync(PageOperation operation, PagePlan plan)
    {
        if (await fetches.RefreshAsync(() => pages.FetchOf(inner, plan, operation)).ConfigureAwait(false) is ErrorReply refusal)
        {
            finder.Learn(operation.TableName, refusal);
        }
    }

    private Reply Answer(PageOperation operation, Reply reply, CacheStatus status)
    {
        switch (reply)
        {
            case PageReply page:
                return page.With(page.ConsumedCapacity, status);
            case ErrorReply refusal:
                finder.Learn(operation.TableName, refusal);
                return new ErrorReply(refusal.Error) { Cache = status };
            default:
                return reply;
        }
    }

    /// <summary>What a read has consumed that asked no backend: nothing, of the same table and index.</summary>
    private static ConsumedCapacity? Nothing(PageOperation operation, PagePlan plan)
    {
        if (operation.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE)
        {
            return null;
        }

        Dictionary<string, double>? index = operation.IndexName is { } name ? new(StringComparer.Ordinal) { [name] = 0 } : null;
        return new ConsumedCapacity(operation.TableName, 0, plan.IsGlobalIndex ? null : index, plan.IsGlobalIndex ? index : null)
            .Shown(operation.ReturnConsumedCapacity);
    }
}
