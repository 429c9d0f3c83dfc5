using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>How Query and Scan are answered: from the cache, by a fetch that others may share, or past both.</summary>
internal sealed class QueryFlow(IDynamoBackend inner, QueryCache cache, KeyFinder finder, CacheHealth health)
{
    private readonly SharedPages fetches = new(cache.Patience);

    public async ValueTask<Reply> ExecuteAsync(PageOperation operation, CancellationToken cancellationToken)
    {
        CatalogTable? table = await finder.TableToReadAsync(operation.TableName, cancellationToken).ConfigureAwait(false);
        if (operation.ConsistentRead || table is null || !Caches(table, operation) || TryPlan(table, operation) is not { } plan)
        {
            operation.Explanation?.Say(
                operation.ConsistentRead ? "consistent read"
                : table is null ? "table not known to the cache"
                : Caches(table, operation) ? "no query of the table"
                : "queries not cached");
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return Answer(operation, reply, health.Bypass);
        }

        return TryFind(operation, plan) ?? await MissAsync(operation, plan, cancellationToken).ConfigureAwait(false);
    }

    private static bool Caches(CatalogTable table, PageOperation operation) =>
        table.Settings.QueryTimeToLiveOf(operation.IndexName) > TimeSpan.Zero;

    private PagePlan? TryPlan(CatalogTable table, PageOperation operation)
    {
        try
        {
            return PagePlan.TryMake(table, operation, cache.Fences, out PagePlan? plan) ? plan : null;
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return null;
        }
    }

    private PageReply? TryFind(PageOperation operation, PagePlan plan)
    {
        try
        {
            if (!cache.TryFind(plan, operation.Explanation, out CachedPage? page))
            {
                return null;
            }

            if (cache.MustRefresh(plan, page))
            {
                operation.Explanation?.Say("fetched again in the background");
                _ = RefreshAsync(operation.Unexplained(), plan);
            }

            return cache.Answer(page, Nothing(operation), cache.StatusOf(page), plan);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return null;
        }
    }

    private async ValueTask<Reply> MissAsync(PageOperation operation, PagePlan plan, CancellationToken cancellationToken)
    {
        // 1. One fetch for all readers that miss the page at one time, under the same versions of its fences.
        if (TryJoin(plan, out bool isNew) is not { } fetch)
        {
            Reply unshared = await AskAsync(operation, MayBeBehind(plan), cancellationToken).ConfigureAwait(false);
            return Answer(operation, unshared, CacheStatus.Miss);
        }

        // 2. The first reader runs it. It goes on if that reader leaves.
        if (isNew)
        {
            _ = RunAsync(fetch, operation);
        }
        else
        {
            operation.Explanation?.Say("waited for a fetch under way");
        }

        // 3. All wait; where a stale page may be answered, no longer than for it.
        (Reply? reply, CachedPage? page, string? failure) = await WaitAsync(fetch, cancellationToken).ConfigureAwait(false);
        // 4. The stale page, the backend's refusal, or the page.
        if (failure is not null && page is not null)
        {
            plan.Table.Counters.Queries.CountStaleHit();
            operation.Explanation?.Say("known from before, though its life has ended");
            return cache.Answer(page, Nothing(operation), cache.StaleStatusOf(page, failure));
        }

        CacheStatus status = !isNew ? CacheStatus.Collapsed : page is not null ? CacheStatus.Stored : CacheStatus.Miss;
        if (reply is not PageReply read)
        {
            return Answer(operation, reply!, status);
        }

        ConsumedCapacity? capacity = isNew ? read.ConsumedCapacity : Nothing(operation);
        return page is not null ? cache.Answer(page, capacity, status) : read.With(capacity, status);
    }

    /// <summary>
    /// A reader that can be given a stale page does not wait as long as the backend may take. After the wait the page is judged again, as
    /// after a failure: a write may have come meanwhile. The fetch goes on.
    /// </summary>
    private async ValueTask<FetchResult> WaitAsync(SharedPages.Fetch fetch, CancellationToken cancellationToken) =>
        !fetch.Task.IsCompleted
        && fetch.Plan.Grace > TimeSpan.Zero
        && FindEnded(fetch.Plan) is not null
        && !await cache.Patience.SufficesAsync(fetch.Task, fetch.BegunAt, cancellationToken).ConfigureAwait(false)
        && FindEnded(fetch.Plan) is { } ended
            ? new FetchResult(null, ended, BackendFailure.Late)
            : await fetch.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Belongs to all who wait: no one's cancellation ends it, and its fault is theirs, not the thread pool's.</summary>
    private async Task RunAsync(SharedPages.Fetch fetch, PageOperation operation)
    {
        FetchResult result;
        try
        {
            FillRefusal? refusal = Prepare(fetch.Plan, out bool isConsistent);
            if (isConsistent)
            {
                operation.Explanation?.Say("read consistently as a write may not have settled");
            }

            Reply reply = await AskAsync(operation, isConsistent, CancellationToken.None).ConfigureAwait(false);
            result = BackendFailure.Of(reply) is { } failure
                ? new FetchResult(reply, FindEnded(fetch.Plan), failure)
                : new FetchResult(reply, reply is PageReply read ? TryStore(fetch, refusal, read, operation) : null);
        }
        catch (Exception fault)
        {
            if (FindEnded(fetch.Plan) is not { } ended)
            {
                fetches.Close(fetch);
                fetch.SetException(fault);
                _ = fetch.Task.Exception;
                return;
            }

            result = new FetchResult(null, ended, BackendFailure.NoAnswer);
        }

        fetches.Close(fetch);
        fetch.SetResult(result);
    }

    /// <summary>Fetches a page again, as a miss would, while the cache still answers with it. No reader waits for the fetch.</summary>
    private async Task RefreshAsync(PageOperation operation, PagePlan plan)
    {
        // A backend may answer in the caller's thread, which has a reader to answer first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (Prepare(plan, out _) is null && TryJoin(plan, out bool isNew) is { } fetch && isNew)
        {
            await RunAsync(fetch, operation).ConfigureAwait(false);
            if (fetch.Task is { IsCompletedSuccessfully: true, Result.Reply: ErrorReply refusal })
            {
                finder.Learn(operation.TableName, refusal);
            }
        }
    }

    private SharedPages.Fetch? TryJoin(PagePlan plan, out bool isNew)
    {
        try
        {
            return fetches.Join(plan, cache.Fences.StampOf(plan.Guard), out isNew);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            isNew = false;
            return null;
        }
    }

    /// <summary>Why what is fetched now will not be kept, null if it may be; and how it must be read.</summary>
    private FillRefusal? Prepare(PagePlan plan, out bool isConsistent)
    {
        try
        {
            isConsistent = cache.MustReadConsistently(plan);
            return cache.FindRefusal(plan);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            isConsistent = MayBeBehind(plan);
            return FillRefusal.InDoubt;
        }
    }

    /// <summary>Whether a read of unknown circumstances must be consistent, as otherwise it may miss a write that has ended.</summary>
    private bool MayBeBehind(PagePlan plan) => inner.ReadLag.Replica > TimeSpan.Zero && !plan.IsGlobalIndex;

    /// <summary>What is known of a page past the end of its life, for a fetch that failed.</summary>
    private CachedPage? FindEnded(PagePlan plan)
    {
        try
        {
            return cache.TryFindEnded(plan, out CachedPage? page) ? page : null;
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return null;
        }
    }

    /// <summary>Shown to the caller is what its own request would have cost.</summary>
    private async ValueTask<Reply> AskAsync(PageOperation operation, bool isConsistent, CancellationToken cancellationToken)
    {
        if (!isConsistent)
        {
            return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }

        Reply reply = await inner.ExecuteAsync(operation.Consistently(), cancellationToken).ConfigureAwait(false);
        return reply is PageReply page ? page.With(page.ConsumedCapacity?.Halved(), default) : reply;
    }

    private CachedPage? TryStore(SharedPages.Fetch fetch, FillRefusal? refusal, PageReply reply, PageOperation operation)
    {
        try
        {
            return cache.TryStore(fetch.Plan, fetch.Stamp, refusal, reply, operation);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return null;
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

    private static ConsumedCapacity? Nothing(PageOperation operation) =>
        operation.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
            ? null
            : new ConsumedCapacity(operation.TableName, 0).Shown(operation.ReturnConsumedCapacity);
}
