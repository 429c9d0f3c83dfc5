using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>How BatchGetItem is answered: known keys from the cache, the rest by one call, and the two put together.</summary>
internal sealed class BatchGetItemFlow(
    IDynamoBackend inner, TableCatalog catalog, ItemCache cache, ShieldedItems items, KeyFinder finder, CacheHealth health)
{
    /// <summary>Most bytes of items that one answer may hold. Source: the service's documentation.</summary>
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>What other processes have fetched; null for nothing.</summary>
    public ISharedItems? Shared { get; set; }

    public async ValueTask<Reply> ExecuteAsync(BatchGetItem operation, CancellationToken cancellationToken)
    {
        List<BatchGetItemPart> parts = [];
        foreach (BatchGetItem.KeysAndAttributes wanted in operation.Tables)
        {
            parts.Add(await SplitAsync(wanted, cancellationToken).ConfigureAwait(false));
        }

        operation.Explanation?.Say(
            Remarks.KeysKnown(parts.Sum(part => part.Hits), operation.Tables.Sum(table => table.Keys.Count)));
        Reply reply = await AnswerAsync(operation, parts, cancellationToken).ConfigureAwait(false);

        // An answer that is too large to be given must stop where the backend would stop, which counts whole items; it is rare enough to be
        // asked for again.
        return reply is BatchGetItemReply && parts.Sum(part => part.AnsweredBytes) > MaxAnswerBytes
            ? await AskAgainAsync(operation, cancellationToken).ConfigureAwait(false)
            : reply;
    }

    /// <summary>How it would be answered now.</summary>
    public Forecast Foresee(BatchGetItem operation)
    {
        List<Forecast> keys = [.. operation.Tables.SelectMany(Foresee)];
        int hits = keys.Count(key => key.Answer == ForecastAnswer.Hit);
        ForecastAnswer answer = hits == keys.Count ? ForecastAnswer.Hit
            : hits > 0 ? ForecastAnswer.Partial
            : keys.Exists(key => key.Answer == ForecastAnswer.Miss) ? ForecastAnswer.Miss
            : ForecastAnswer.Bypass;
        CacheStatus status = answer switch
        {
            ForecastAnswer.Hit => keys.Count == 0 ? CacheStatus.Hit : keys.MinBy(key => key.Entry!.Left ?? TimeSpan.MaxValue)!.Status,
            ForecastAnswer.Partial => CacheStatus.Partial,
            ForecastAnswer.Miss => CacheStatus.Miss,
            _ => (keys.Find(key => key.Because.Contains(Remarks.TooFarBehind)) ?? keys[0]).Status,
        };
        return new(answer, status, [Remarks.KeysKnown(hits, keys.Count)]) { Keys = keys };
    }

    /// <summary>The keys of one table: a key that does not fit it takes all of them past the cache.</summary>
    private IEnumerable<Forecast> Foresee(BatchGetItem.KeysAndAttributes wanted)
    {
        CatalogTable? table = finder.KnownTable(wanted.TableName);
        List<CacheKey> places = [];
        string? why = table is null ? Remarks.TableNotKnown
            : !table.Settings.CachesItems ? Remarks.ItemsNotCached
            : wanted.ConsistentRead ? Remarks.ConsistentRead
            : !table.IsFresh ? Remarks.TooFarBehind
            : KeyRules.CheckPaths(table.Info, wanted.Projection?.Paths) is null && wanted.Keys.All(key => TryAdd(key.Value!)) ? null
            : Remarks.NoReadOfTable;
        CacheStatus status = why == Remarks.TooFarBehind ? CacheStatus.StreamLag : health.Bypass;
        return why is null ? places.Select(place => items.Foresee(place)) : wanted.Keys.Select(_ => Forecast.Bypass(status, why));

        bool TryAdd(AttributeMap key)
        {
            bool fits = finder.TryFind(table!, key, out CacheKey place);
            places.Add(place);
            return fits;
        }
    }

    /// <summary>
    /// Past the cache, but never older than what the cache would have answered. Where the backend has no capacity for that, the call fails:
    /// the keys that it would have left out are not known.
    /// </summary>
    private async ValueTask<Reply> AskAgainAsync(BatchGetItem operation, CancellationToken cancellationToken)
    {
        List<BatchGetItemPart> parts = [.. operation.Tables.Select(table => new BatchGetItemPart(table) { ToFetch = table })];
        if (inner.ReadLag.Replica > TimeSpan.Zero)
        {
            parts.ForEach(part => part.ReadConsistently());
        }

        return await FetchAsync(operation, parts, health.Bypass, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Reply> AnswerAsync(BatchGetItem operation, List<BatchGetItemPart> parts, CancellationToken cancellationToken)
    {
        if (parts.All(part => part.ToFetch is null))
        {
            DateTimeOffset end = parts.Count == 0 ? DateTimeOffset.MaxValue : parts.Min(part => part.ExpiresAt);
            return Merge(operation, parts, new BatchGetItemReply { Responses = [] }, cache.StatusUntil(end));
        }

        CacheStatus status = parts.Any(part => part.Hits > 0)
            ? CacheStatus.Partial
            : parts.Any(part => part.Table is not null) ? CacheStatus.Miss
            : parts.Any(part => part.IsBehind) ? CacheStatus.StreamLag
            : health.Bypass;
        return await FetchAsync(operation, parts, status, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for what the parts lack and puts the answer together.</summary>
    private async ValueTask<Reply> FetchAsync(
        BatchGetItem operation, List<BatchGetItemPart> parts, CacheStatus status, CancellationToken cancellationToken)
    {
        List<BatchGetItem.KeysAndAttributes> rest = [.. parts.Select(part => part.ToFetch).OfType<BatchGetItem.KeysAndAttributes>()];
        BatchGetItem fetch = new() { Tables = rest, ReturnConsumedCapacity = operation.ReturnConsumedCapacity };
        Reply reply;
        try
        {
            Task<Reply> asked = inner.ExecuteAsync(fetch, cancellationToken).AsTask();
            if (!asked.IsCompleted && parts.All(part => part.CanTakeStale(items))
                && await AnswerLateAsync(operation, parts, asked, cancellationToken).ConfigureAwait(false) is { } late)
            {
                return late;
            }

            reply = await asked.ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (FromStale(operation, parts, BackendFailure.NoAnswer) is { } known)
            {
                return known;
            }

            throw;
        }

        if (BackendFailure.Of(reply) is { } failure && FromStale(operation, parts, failure) is { } stale)
        {
            return stale;
        }

        switch (reply)
        {
            case BatchGetItemReply got:
                return Merge(operation, parts, got, status);

            // The service fails only if it could process no key at all; here some are known.
            case ErrorReply { Error.IsThrottling: true } when parts.Exists(part => part.Hits > 0):
                return Merge(operation, parts, NothingOf(operation, parts), status);
            case ErrorReply refusal:
                rest.ForEach(table => finder.Learn(table.TableName, refusal));
                return new ErrorReply(refusal.Error) { Cache = status };
            default:
                return reply;
        }
    }

    /// <summary>
    /// The answer where the fetch takes longer than a reader waits who can be answered from before, if that is so of all keys; else null.
    /// The fetch goes on, and what it brings is kept.
    /// </summary>
    private async ValueTask<Reply?> AnswerLateAsync(
        BatchGetItem operation, List<BatchGetItemPart> parts, Task<Reply> pending, CancellationToken cancellationToken)
    {
        if (await cache.Patience.SufficesAsync(pending, cache.Patience.Now, cancellationToken).ConfigureAwait(false)
            || !parts.All(part => part.CanTakeStale(items)))
        {
            return null;
        }

        _ = KeepAsync(operation, [.. parts.Select(part => part.Copy())], pending);
        return FromStale(operation, parts, BackendFailure.Late);
    }

    /// <summary>Keeps what a fetch brings after its last waiter has gone.</summary>
    private async Task KeepAsync(BatchGetItem operation, List<BatchGetItemPart> parts, Task<Reply> pending)
    {
        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (pending is { IsCompletedSuccessfully: true, Result: BatchGetItemReply got })
        {
            Merge(operation, parts, got, CacheStatus.Miss);
        }
    }

    /// <summary>
    /// The answer after a failed fetch: stale entries where there are some, and the other keys as unprocessed, as the service answers when
    /// it has no capacity left. Null where there is no stale entry.
    /// </summary>
    private Reply? FromStale(BatchGetItem operation, List<BatchGetItemPart> parts, string failure)
    {
        bool tookAny = false;
        parts.ForEach(part => tookAny |= part.TakeStale(items));
        if (!tookAny)
        {
            return null;
        }

        return Merge(operation, parts, NothingOf(operation, parts), cache.StaleSince(parts.Min(part => part.ExpiresAt), failure));
    }

    /// <summary>The reply to a fetch that brought nothing: all its keys are unprocessed.</summary>
    private static BatchGetItemReply NothingOf(BatchGetItem operation, List<BatchGetItemPart> parts)
    {
        List<BatchGetItem.KeysAndAttributes> left = [.. parts.Select(part => part.ToFetch).OfType<BatchGetItem.KeysAndAttributes>()];
        return new()
        {
            Responses = [],
            UnprocessedKeys = left,
            ConsumedCapacity =
            [
                .. left.Select(table => new ConsumedCapacity(table.TableName, 0).Shown(operation.ReturnConsumedCapacity))
                    .OfType<ConsumedCapacity>(),
            ],
        };
    }

    /// <summary>What of one table is known, and what is to be asked for.</summary>
    private async ValueTask<BatchGetItemPart> SplitAsync(BatchGetItem.KeysAndAttributes wanted, CancellationToken cancellationToken)
    {
        CatalogTable? table = await finder.TableToReadAsync(wanted.TableName, cancellationToken).ConfigureAwait(false);
        BatchGetItemPart part = new(wanted);
        if (wanted.ConsistentRead
            || table is not { Settings.CachesItems: true, IsFresh: true }
            || KeyRules.CheckPaths(table.Info, wanted.Projection?.Paths) is not null)
        {
            part.ToFetch = wanted;
            part.IsBehind = table is { IsFresh: false } && !wanted.ConsistentRead;
            return part;
        }

        List<CacheKey> places = [];
        foreach (Decoded<AttributeMap> key in wanted.Keys)
        {
            if (!finder.TryFind(table, key.Value!, out CacheKey place))
            {
                part.ToFetch = wanted;
                return part;
            }

            places.Add(place);
        }

        part.Table = table;
        part.Look(places, items);
        if (Shared is not null && !table.Settings.DaxCompatible)
        {
            await part.LookAmongSharedAsync(Shared, items).ConfigureAwait(false);
        }

        return part;
    }

    /// <summary>Puts the answer together. One that does not fit its table is none, and the table is described again.</summary>
    private Reply Merge(BatchGetItem operation, List<BatchGetItemPart> parts, BatchGetItemReply fetched, CacheStatus status)
    {
        // A table that a reply leaves out has nothing in it for us; none is twice in a request.
        Dictionary<string, IReadOnlyList<Item>> responses = new(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<Item> items) in fetched.Responses)
        {
            responses[name] = items;
        }

        List<KeyValuePair<string, IReadOnlyList<Item>>> merged = [];
        List<BatchGetItem.KeysAndAttributes> unprocessed = [];
        foreach (BatchGetItemPart part in parts)
        {
            string name = part.Wanted.TableName;
            BatchGetItem.KeysAndAttributes? left = fetched.UnprocessedKeys.FirstOrDefault(table => table.TableName == name);
            if (left is not null)
            {
                unprocessed.Add(part.Wanted.ForKeys(left.Keys, left.Spellings));
            }

            if (part.Answer(responses.GetValueOrDefault(name, []), left, items) is not { } answer)
            {
                catalog.Forget(name);
                return new ErrorReply(TransportFaults.InternalServerError) { Cache = status };
            }

            merged.Add(new(name, answer));
        }

        return new BatchGetItemReply
        {
            Responses = merged,
            UnprocessedKeys = unprocessed,
            ConsumedCapacity = Capacity(operation, parts, fetched),
            Cache = status,
        };
    }

    private static List<ConsumedCapacity>? Capacity(BatchGetItem operation, List<BatchGetItemPart> parts, BatchGetItemReply fetched)
    {
        if (operation.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE)
        {
            return null;
        }

        IEnumerable<ConsumedCapacity> free = parts.Where(part => part.ToFetch is null)
            .Select(part => new ConsumedCapacity(part.Wanted.TableName, 0).Shown(operation.ReturnConsumedCapacity)!);
        HashSet<string> halved = [.. parts.Where(part => part.IsReadConsistently).Select(part => part.Wanted.TableName)];
        IEnumerable<ConsumedCapacity> paid = (fetched.ConsumedCapacity ?? [])
            .Select(capacity => halved.Contains(capacity.TableName) ? capacity.Halved() : capacity);
        return [.. paid, .. free];
    }
}
