using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>How Query and Scan are answered: from the cache, by a fetch that others may share, or past both.</summary>
internal sealed class QueryRoad(IDynamoBackend inner, QueryCache cache, KeyFinder finder, CacheFaults faults)
{
    private readonly SharedPages fetches = new();

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
            return Answer(operation, reply, CacheStatus.Bypass);
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
            faults.Report(fault);
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
                operation.Explanation?.Say("fetched anew behind this answer");
                _ = RefreshAsync(operation.Unexplained(), plan);
            }

            return cache.Answer(page, Nothing(operation), cache.StatusOf(page));
        }
        catch (Exception fault)
        {
            faults.Report(fault);
            return null;
        }
    }

    private async ValueTask<Reply> MissAsync(PageOperation operation, PagePlan plan, CancellationToken cancellationToken)
    {
        SharedPages.Fetch fetch = fetches.Join(plan, cache.Fences.StampOf(plan.Guard), out bool isNew);
        if (isNew)
        {
            _ = RunAsync(fetch, operation);
        }
        else
        {
            operation.Explanation?.Say("waited for a fetch under way");
        }

        (Reply reply, CachedPage? page) = await fetch.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        CacheStatus status = !isNew ? CacheStatus.Collapsed : page is not null ? CacheStatus.Stored : CacheStatus.Miss;
        if (reply is not PageReply read)
        {
            return Answer(operation, reply, status);
        }

        ConsumedCapacity? capacity = isNew ? read.ConsumedCapacity : Nothing(operation);
        return page is not null ? cache.Answer(page, capacity, status) : read.With(capacity, status);
    }

    /// <summary>Belongs to all who wait: no one's cancellation ends it, and its fault is theirs, not the thread pool's.</summary>
    private async Task RunAsync(SharedPages.Fetch fetch, PageOperation operation)
    {
        try
        {
            FillRefusal? refusal = cache.FindRefusal(fetch.Plan);
            bool isConsistent = cache.MustReadConsistently(fetch.Plan);
            if (isConsistent)
            {
                operation.Explanation?.Say("read consistently as a write may not have settled");
            }

            Reply reply = await AskAsync(operation, isConsistent).ConfigureAwait(false);
            CachedPage? page = reply is PageReply read ? TryStore(fetch, refusal, read, operation) : null;
            fetches.Close(fetch);
            fetch.SetResult((reply, page));
        }
        catch (Exception fault)
        {
            fetches.Close(fetch);
            fetch.SetException(fault);
            _ = fetch.Task.Exception;
        }
    }

    /// <summary>Fetches a page anew that is still answered from the cache, as a miss would. Nobody waits for it.</summary>
    private async Task RefreshAsync(PageOperation operation, PagePlan plan)
    {
        // A backend may answer in the caller's thread, which has a reader to answer first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (cache.FindRefusal(plan) is not null)
        {
            return;
        }

        SharedPages.Fetch fetch = fetches.Join(plan, cache.Fences.StampOf(plan.Guard), out bool isNew);
        if (isNew)
        {
            await RunAsync(fetch, operation).ConfigureAwait(false);
            if (fetch.Task is { IsCompletedSuccessfully: true, Result.Reply: ErrorReply refusal })
            {
                finder.Learn(operation.TableName, refusal);
            }
        }
    }

    /// <summary>Shown to the caller is what its own request would have cost.</summary>
    private async ValueTask<Reply> AskAsync(PageOperation operation, bool isConsistent)
    {
        if (!isConsistent)
        {
            return await inner.ExecuteAsync(operation, CancellationToken.None).ConfigureAwait(false);
        }

        Reply reply = await inner.ExecuteAsync(operation.Consistently(), CancellationToken.None).ConfigureAwait(false);
        return reply is PageReply page ? page.With(page.ConsumedCapacity?.Halved(), default) : reply;
    }

    private CachedPage? TryStore(SharedPages.Fetch fetch, FillRefusal? refusal, PageReply reply, PageOperation operation)
    {
        try
        {
            return cache.TryStore(fetch.Plan, fetch.Stamp, refusal, reply, operation.Explanation);
        }
        catch (Exception fault)
        {
            faults.Report(fault);
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
