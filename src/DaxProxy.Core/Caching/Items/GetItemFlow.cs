using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>How GetItem is answered: from the cache, by a fetch that others may share, or past both.</summary>
internal sealed class GetItemFlow(IDynamoBackend inner, ItemCache cache, ShieldedItems items, KeyFinder finder, CacheHealth health)
{
    private readonly SharedFetches<CachedItem> fetches = new(cache.Patience);

    /// <summary>What other processes have fetched; null for nothing.</summary>
    public ISharedItems? Shared { get; set; }

    public async ValueTask<Reply> ExecuteAsync(GetItem operation, CancellationToken cancellationToken)
    {
        CatalogTable? table = await finder.TableToReadAsync(operation.TableName, cancellationToken).ConfigureAwait(false);
        if (table is null || !TryPlace(operation, table, out CacheKey key))
        {
            operation.Explanation?.Say(WhyNoPlace(table));
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return Answer(operation, reply, health.Bypass, fits: false);
        }

        if (operation.ConsistentRead)
        {
            operation.Explanation?.Say(Remarks.ConsistentRead);
            return await PassByAsync(operation, key, cancellationToken).ConfigureAwait(false);
        }

        if (!table.IsFresh)
        {
            operation.Explanation?.Say(Remarks.TooFarBehind);
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return Answer(operation, reply, CacheStatus.StreamLag);
        }

        if (items.Find(key) is { } hit)
        {
            operation.Explanation?.Say(hit.Item is null ? Remarks.AbsenceKnown : Remarks.ItemKnown);
            if (items.MustRefresh(hit))
            {
                operation.Explanation?.Say(Remarks.FetchedAgain);
                _ = RefreshAsync(key, operation);
            }

            return FromCache(operation, hit, cache.StatusOf(hit));
        }

        operation.Explanation?.Say(Remarks.ItemNotKnown);

        table.Counters.CountMiss();
        return await MissAsync(operation, key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How it would be answered now.</summary>
    public Forecast Foresee(GetItem operation)
    {
        CatalogTable? table = finder.KnownTable(operation.TableName);
        return table is null || !TryPlace(operation, table, out CacheKey key) ? Forecast.Bypass(health.Bypass, WhyNoPlace(table))
            : operation.ConsistentRead ? Forecast.Bypass(health.Bypass, Remarks.ConsistentRead)
            : table.IsFresh ? items.Foresee(key)
            : Forecast.Bypass(CacheStatus.StreamLag, Remarks.TooFarBehind);
    }

    /// <summary>Where the item is in the cache; false where it cannot be in it.</summary>
    private bool TryPlace(GetItem operation, CatalogTable table, out CacheKey key)
    {
        key = default;
        return table.Settings.CachesItems
            && (operation.Projection is not { } wanted || KeyRules.CheckPaths(table.Info, wanted.Paths) is null)
            && finder.TryFind(table, operation.Key.Value!, out key);
    }

    private static string WhyNoPlace(CatalogTable? table) =>
        table is null ? Remarks.TableNotKnown
        : table.Settings.CachesItems ? Remarks.NoReadOfTable
        : Remarks.ItemsNotCached;

    /// <summary>A consistent read is never answered from here, but what it brings may be kept.</summary>
    private async ValueTask<Reply> PassByAsync(GetItem operation, CacheKey key, CancellationToken cancellationToken)
    {
        FillTicket? ticket = operation.Projection is null && !key.Table.Settings.DaxCompatible ? items.TermsFor(key)?.Ticket : null;
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        if (reply is GetItemReply got && ticket is not null)
        {
            items.Fill(key, ticket, got.Item);
        }

        return Answer(operation, reply, health.Bypass);
    }

    private async ValueTask<Reply> MissAsync(GetItem operation, CacheKey key, CancellationToken cancellationToken)
    {
        if (items.FetchOf(inner, key, operation, Shared) is not { } own)
        {
            bool mayBeBehind = inner.ReadLag.Replica > TimeSpan.Zero;
            Reply unshared = await ItemFetch.AskAsync(inner, operation, mayBeBehind, cancellationToken).ConfigureAwait(false);
            return Answer(operation, unshared, CacheStatus.Miss);
        }

        (FetchResult<CachedItem> result, bool isOwn) =
            await fetches.FetchAsync(own, operation.Explanation, cancellationToken).ConfigureAwait(false);

        // The stale entry, the backend's refusal, or the item, cut to what this reader asked for.
        if (result.Stale is { } stale)
        {
            stale.Counters.CountStaleHit();
            return FromCache(operation, stale, cache.StaleSince(stale.ExpiresAt, result.Failure!));
        }

        if (result.Reply is not GetItemReply got)
        {
            return Answer(operation, result.Reply!, isOwn ? CacheStatus.Miss : CacheStatus.Collapsed);
        }

        if (got.Cache is { } shared)
        {
            operation.Explanation?.Say("known to another member of the group");
            return new GetItemReply(Cut(operation, got.Item), Nothing(operation))
            {
                Cache = shared,
                Face = IsPlain(operation) ? result.Entry?.Face : null,
            };
        }

        return new GetItemReply(Cut(operation, got.Item), isOwn ? got.ConsumedCapacity : Nothing(operation))
        {
            Cache = !isOwn ? CacheStatus.Collapsed : result.Entry is not null ? CacheStatus.Stored : CacheStatus.Miss,
            Face = IsPlain(operation) ? result.Entry?.Face : null,
        };
    }

    /// <summary>Fetches an item again, as a miss would, while the cache still answers with it. No reader waits for the fetch.</summary>
    private async Task RefreshAsync(CacheKey key, GetItem operation)
    {
        // What others have fetched ends with the entry, or before.
        Reply? reply = await fetches.RefreshAsync(() => items.FetchOf(inner, key, operation, shared: null)).ConfigureAwait(false);
        if (reply is ErrorReply refusal)
        {
            finder.Learn(operation.TableName, refusal);
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
