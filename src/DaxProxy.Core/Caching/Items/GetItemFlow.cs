using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>How GetItem is answered: from the cache, by a fetch that others may share, or past both.</summary>
internal sealed class GetItemFlow(IDynamoBackend inner, ItemCache cache, KeyFinder finder, CacheHealth health)
{
    private readonly SharedFills fills = new(cache.Fences, cache.Patience);

    public async ValueTask<Reply> ExecuteAsync(GetItem operation, CancellationToken cancellationToken)
    {
        CatalogTable? table = await finder.TableToReadAsync(operation.TableName, cancellationToken).ConfigureAwait(false);
        if (table is not { Settings.CachesItems: true }
            || KeyRules.CheckPaths(table.Info, operation.Projection?.Paths) is not null
            || !finder.TryFind(table, operation.Key.Value!, out CacheKey key))
        {
            operation.Explanation?.Say(
                table is null ? "table not known to the cache"
                : table.Settings.CachesItems ? "no read of the table"
                : "items not cached");
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return Answer(operation, reply, health.Bypass, fits: false);
        }

        if (operation.ConsistentRead)
        {
            operation.Explanation?.Say("consistent read");
            return await PassByAsync(operation, key, cancellationToken).ConfigureAwait(false);
        }

        if (finder.Find(key) is { } hit)
        {
            operation.Explanation?.Say(hit.Item is null ? "absence known" : "item known");
            if (cache.MustRefresh(hit))
            {
                operation.Explanation?.Say("fetched again in the background");
                _ = RefreshAsync(key, operation.WholeItem());
            }

            return FromCache(operation, hit, cache.StatusOf(hit));
        }

        operation.Explanation?.Say("item not known");

        table.Counters.CountMiss();
        return await MissAsync(operation, key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A consistent read is never answered from here, but what it brings may be kept.</summary>
    private async ValueTask<Reply> PassByAsync(GetItem operation, CacheKey key, CancellationToken cancellationToken)
    {
        FillTicket? ticket = operation.Projection is null && !key.Table.Settings.DaxCompatible ? finder.TicketFor(key, out _) : null;
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        if (reply is GetItemReply got && ticket is not null)
        {
            finder.Fill(key, ticket, got.Item);
        }

        return Answer(operation, reply, health.Bypass);
    }

    private async ValueTask<Reply> MissAsync(GetItem operation, CacheKey key, CancellationToken cancellationToken)
    {
        // 1. One fetch for all readers that miss the key at one time, under one version of its fence.
        if (TryJoin(key, out bool isNew) is not { } fill)
        {
            Reply unshared = await AskAsync(operation, inner.ReadLag.Replica == TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            return Answer(operation, unshared, CacheStatus.Miss);
        }

        // 2. The first reader runs it, with the whole item whatever its projection. It goes on if that reader leaves.
        if (isNew)
        {
            _ = RunAsync(fill, operation.WholeItem());
        }

        // 3. All wait; where a stale entry may be answered, no longer than for it.
        FillResult result = await WaitAsync(fill, cancellationToken).ConfigureAwait(false);
        if (operation.Explanation is { } explanation)
        {
            Explain(explanation, fill, isNew, result);
        }

        // 4. The stale entry, the backend's refusal, or the item, cut to what this reader asked for.
        if (result.Ended is { } ended)
        {
            ended.Counters.CountStaleHit();
            return FromCache(operation, ended, cache.StaleSince(ended.ExpiresAt, result.Failure!));
        }

        if (result.Reply is not GetItemReply got)
        {
            return Answer(operation, result.Reply!, isNew ? CacheStatus.Miss : CacheStatus.Collapsed);
        }

        return new GetItemReply(Cut(operation, got.Item), isNew ? got.ConsumedCapacity : Nothing(operation))
        {
            Cache = !isNew ? CacheStatus.Collapsed : result.Stored is not null ? CacheStatus.Stored : CacheStatus.Miss,
            Face = IsPlain(operation) ? result.Stored?.Face : null,
        };
    }

    /// <summary>
    /// A reader that can be given a stale item does not wait as long as the backend may take. After the wait the item is looked up again,
    /// as after a failure: a write may have begun. The fetch goes on.
    /// </summary>
    private async ValueTask<FillResult> WaitAsync(SharedFills.Fill fill, CancellationToken cancellationToken) =>
        !fill.Task.IsCompleted
        && fill.Key.Table.Settings.ItemGrace > TimeSpan.Zero
        && finder.FindEnded(fill.Key, fill.Ticket) is not null
        && !await cache.Patience.SufficesAsync(fill.Task, fill.BegunAt, cancellationToken).ConfigureAwait(false)
        && finder.FindEnded(fill.Key, fill.Ticket) is { } ended
            ? new FillResult(null, Ended: ended, Failure: BackendFailure.Late)
            : await fill.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    private static void Explain(Explanation explanation, SharedFills.Fill fill, bool isNew, in FillResult result)
    {
        if (!isNew)
        {
            explanation.Say("waited for a fetch under way");
        }

        if (!fill.IsSettled)
        {
            explanation.Say("read consistently as a write may not have settled");
        }

        if (result.Ended is not null)
        {
            explanation.Say("known from before, though its life has ended");
        }
        else if (result.Stored is null)
        {
            explanation.Say(fill.Ticket is null
                ? "not kept: a write is in flight or may still arrive"
                : "not kept: written to meanwhile, or not to be kept");
        }
    }

    /// <summary>Belongs to all who wait: no one's cancellation ends it, and its fault is theirs, not the thread pool's.</summary>
    private async Task RunAsync(SharedFills.Fill fill, GetItem operation)
    {
        FillResult result;
        try
        {
            Reply reply = await AskAsync(operation, fill.IsSettled, CancellationToken.None).ConfigureAwait(false);
            result = BackendFailure.Of(reply) is { } failure
                ? new FillResult(reply, Ended: finder.FindEnded(fill.Key, fill.Ticket), Failure: failure)
                : new FillResult(reply, Stored: reply is GetItemReply got ? finder.Fill(fill.Key, fill.Ticket, got.Item) : null);
        }
        catch (Exception fault)
        {
            if (finder.FindEnded(fill.Key, fill.Ticket) is not { } ended)
            {
                fills.Close(fill);
                fill.SetException(fault);
                _ = fill.Task.Exception;
                return;
            }

            result = new FillResult(null, Ended: ended, Failure: BackendFailure.NoAnswer);
        }

        fills.Close(fill);
        fill.SetResult(result);
    }

    /// <summary>Fetches an item again, as a miss would, while the cache still answers with it. No reader waits for the fetch.</summary>
    private async Task RefreshAsync(CacheKey key, GetItem operation)
    {
        // A backend may answer in the caller's thread, which has a reader to answer first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (TryJoin(key, out bool isNew) is { } fill && isNew)
        {
            await RunAsync(fill, operation).ConfigureAwait(false);
            if (fill.Task is { IsCompletedSuccessfully: true, Result.Reply: ErrorReply refusal })
            {
                finder.Learn(operation.TableName, refusal);
            }
        }
    }

    /// <summary>Asks the backend so that no ended write is missed. The caller pays for the read it asked for.</summary>
    private async ValueTask<Reply> AskAsync(GetItem operation, bool isSettled, CancellationToken cancellationToken)
    {
        if (isSettled)
        {
            return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }

        Reply reply = await inner.ExecuteAsync(operation.Consistently(), cancellationToken).ConfigureAwait(false);
        return reply is GetItemReply got ? new GetItemReply(got.Item, got.ConsumedCapacity?.Halved()) : reply;
    }

    private SharedFills.Fill? TryJoin(in CacheKey key, out bool isNew)
    {
        try
        {
            return fills.Join(key, out isNew);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            isNew = false;
            return null;
        }
    }

    private static GetItemReply FromCache(GetItem operation, CachedItem hit, CacheStatus status) =>
        new(Cut(operation, hit.Item), Nothing(operation))
        {
            Cache = status,
            Face = IsPlain(operation) ? hit.Face : null,
        };

    /// <summary>Whether the answer is the whole item and nothing else.</summary>
    private static bool IsPlain(GetItem operation) =>
        operation.Projection is null && operation.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE;

    private Reply Answer(GetItem operation, Reply reply, CacheStatus status, bool fits = true)
    {
        switch (reply)
        {
            case GetItemReply got:
                return new GetItemReply(got.Item, got.ConsumedCapacity) { Cache = status, Face = got.Face };
            case ErrorReply refusal:
                finder.Learn(operation.TableName, refusal, fits);
                return new ErrorReply(refusal.Error) { Cache = status };
            default:
                return reply;
        }
    }

    private static Item? Cut(GetItem operation, Item? item) => operation.Projection is { } projection && item is not null
        ? Item.FromAttributes(projection.Apply(item.Open()))
        : item;

    private static ConsumedCapacity? Nothing(GetItem operation) =>
        operation.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
            ? null
            : new ConsumedCapacity(operation.TableName, 0).Shown(operation.ReturnConsumedCapacity);
}
