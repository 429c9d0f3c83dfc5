using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>How BatchGetItem is answered: known keys from the cache, the rest by one call, and the two put together.</summary>
internal sealed class BatchGetItemFlow(
    IDynamoBackend inner, ItemCache cache, ShieldedItems items, KeyFinder finder, CacheHealth health)
{
    /// <summary>Most bytes of items that one answer may hold. Source: the service's documentation.</summary>
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>What other processes have fetched; null for nothing.</summary>
    public ISharedItems? Shared { get; set; }

    public async ValueTask<Reply> ExecuteAsync(BatchGetItem operation, CancellationToken cancellationToken)
    {
        List<Part> parts = [];
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
        List<Part> parts = [.. operation.Tables.Select(table => new Part(table) { ToFetch = table })];
        if (inner.ReadLag.Replica > TimeSpan.Zero)
        {
            parts.ForEach(part => part.ReadConsistently());
        }

        return await FetchAsync(operation, parts, health.Bypass, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Reply> AnswerAsync(BatchGetItem operation, List<Part> parts, CancellationToken cancellationToken)
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
        BatchGetItem operation, List<Part> parts, CacheStatus status, CancellationToken cancellationToken)
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
        BatchGetItem operation, List<Part> parts, Task<Reply> pending, CancellationToken cancellationToken)
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
    private async Task KeepAsync(BatchGetItem operation, List<Part> parts, Task<Reply> pending)
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
    private BatchGetItemReply? FromStale(BatchGetItem operation, List<Part> parts, string failure)
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
    private static BatchGetItemReply NothingOf(BatchGetItem operation, List<Part> parts)
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
    private async ValueTask<Part> SplitAsync(BatchGetItem.KeysAndAttributes wanted, CancellationToken cancellationToken)
    {
        CatalogTable? table = await finder.TableToReadAsync(wanted.TableName, cancellationToken).ConfigureAwait(false);
        Part part = new(wanted);
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

    private BatchGetItemReply Merge(BatchGetItem operation, List<Part> parts, BatchGetItemReply fetched, CacheStatus status)
    {
        // A table that a reply leaves out has nothing in it for us; none is twice in a request.
        Dictionary<string, IReadOnlyList<Item>> responses = new(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<Item> items) in fetched.Responses)
        {
            responses[name] = items;
        }

        List<KeyValuePair<string, IReadOnlyList<Item>>> merged = [];
        List<BatchGetItem.KeysAndAttributes> unprocessed = [];
        foreach (Part part in parts)
        {
            string name = part.Wanted.TableName;
            BatchGetItem.KeysAndAttributes? left = fetched.UnprocessedKeys.FirstOrDefault(table => table.TableName == name);
            if (left is not null)
            {
                unprocessed.Add(part.Wanted.ForKeys(left.Keys, left.Spellings));
            }

            merged.Add(new(name, part.Answer(responses.GetValueOrDefault(name, []), left, items)));
        }

        return new BatchGetItemReply
        {
            Responses = merged,
            UnprocessedKeys = unprocessed,
            ConsumedCapacity = Capacity(operation, parts, fetched),
            Cache = status,
        };
    }

    private static List<ConsumedCapacity>? Capacity(BatchGetItem operation, List<Part> parts, BatchGetItemReply fetched)
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

    /// <summary>One table of the request: what the cache knows of it, and what it was asked to fetch.</summary>
    private sealed class Part(BatchGetItem.KeysAndAttributes wanted)
    {
        private readonly List<(int At, Item Item)> known = [];
        private Dictionary<ItemKey, string> rights = [];
        private Dictionary<ItemKey, (CacheKey Place, FillTicket? Ticket)> missing = [];
        private ISharedItems? shared;
        private Dictionary<ItemKey, int> positions = [];

        public BatchGetItem.KeysAndAttributes Wanted { get; } = wanted;

        /// <summary>The table; null when it passes the cache by.</summary>
        public CatalogTable? Table { get; set; }

        /// <summary>Whether it passes by because it is not known whether the caches are near enough to the table's stream.</summary>
        public bool IsBehind { get; set; }

        /// <summary>What to ask for; null when everything is known.</summary>
        public BatchGetItem.KeysAndAttributes? ToFetch { get; set; }

        /// <summary>How many of the keys are known.</summary>
        public int Hits { get; private set; }

        /// <summary>Bytes of the items that were answered, whole where they are known whole.</summary>
        public long AnsweredBytes { get; private set; }

        /// <summary>
        /// Whether the fetch is consistent although that was not asked for. The caller pays for the read it asked for.
        /// </summary>
        public bool IsReadConsistently { get; private set; }

        /// <summary>When the first of the known entries ends its life.</summary>
        public DateTimeOffset ExpiresAt { get; private set; } = DateTimeOffset.MaxValue;

        /// <summary>Sorts the keys, whose places are given in their order, into known and missing.</summary>
        public void Look(List<CacheKey> places, ShieldedItems items)
        {
            List<int> unknown = [];
            bool areSettled = true;
            for (int i = 0; i < places.Count; i++)
            {
                CacheKey place = places[i];
                if (items.Find(place) is { } hit)
                {
                    Hits++;
                    Know(i, hit);
                }
                else
                {
                    Table!.Counters.CountMiss();
                    unknown.Add(i);
                    ItemKey key = ItemKey.Of(Table.Info.KeySchema, Wanted.Keys[i].Value!);
                    positions.TryAdd(key, i);
                    FetchTerms? terms = items.TermsFor(place);
                    missing.TryAdd(key, (place, terms?.Ticket));
                    areSettled &= terms is { IsSettled: true };
                }
            }

            ToFetch = unknown.Count == 0 ? null : Wanted.Only(unknown).WholeItems();
            if (!areSettled)
            {
                ReadConsistently();
            }
        }

        /// <summary>Looks for what is missing among what other processes have fetched.</summary>
        public async ValueTask LookAmongSharedAsync(ISharedItems others, ShieldedItems items)
        {
            shared = others;
            (ItemKey Key, CacheKey Place, FillTicket? Ticket)[] wanted =
                [.. missing.Where(fill => fill.Value.Ticket is not null).Select(fill => (fill.Key, fill.Value.Place, fill.Value.Ticket))];
            SharedLook[] looks = await Task.WhenAll(wanted.Select(fill => others.LookAsync(fill.Place).AsTask())).ConfigureAwait(false);
            foreach (((ItemKey key, CacheKey place, FillTicket? ticket), SharedLook look) in wanted.Zip(looks))
            {
                if (look.Found is { } known && items.Fill(place, ticket, known.Item, known.Left) is { } kept)
                {
                    missing.Remove(key);
                    Know(positions[key], kept);
                    Hits++;
                }
                else if (look.Ticket is { } right)
                {
                    rights[key] = right;
                }
            }

            DropFound();
        }

        /// <summary>A copy of what is still to be fetched, for the task that keeps it.</summary>
        public Part Copy() => new(Wanted)
        {
            Table = Table,
            ToFetch = ToFetch,
            missing = new(missing),
            positions = positions,
            rights = rights,
            shared = shared,
        };

        /// <summary>Whether <see cref="TakeStale"/> would leave nothing to fetch.</summary>
        public bool CanTakeStale(ShieldedItems items) => ToFetch is null
            || (Table is { Settings.ItemGrace.Ticks: > 0 }
                && missing.Values.All(fill => items.FindStale(fill.Place, fill.Ticket) is not null));

        /// <summary>Takes what is known past the end of its life for what could not be fetched; false if that is nothing.</summary>
        public bool TakeStale(ShieldedItems items)
        {
            if (Table is null || ToFetch is null)
            {
                return false;
            }

            List<int> left = [];
            for (int i = 0; i < ToFetch.Keys.Count; i++)
            {
                ItemKey id = ItemKey.Of(Table.Info.KeySchema, ToFetch.Keys[i].Value!);
                if (missing.TryGetValue(id, out (CacheKey Place, FillTicket? Ticket) fill)
                    && items.FindStale(fill.Place, fill.Ticket) is { } stale)
                {
                    Table.Counters.CountStaleHit();
                    missing.Remove(id);
                    Know(positions[id], stale);
                }
                else
                {
                    left.Add(i);
                }
            }

            bool tookAny = left.Count < ToFetch.Keys.Count;
            ToFetch = left.Count == 0 ? null : ToFetch.Only(left);
            return tookAny;
        }

        /// <summary>Fetches so that no ended write is missed.</summary>
        public void ReadConsistently()
        {
            if (ToFetch is { ConsistentRead: false } fetch)
            {
                ToFetch = fetch.Consistently();
                IsReadConsistently = true;
            }
        }

        /// <summary>
        /// The items to show: in the order of the keys asked for, or as the backend ordered them where it gave them all. Keeps what was
        /// fetched, and the absence of what was not found.
        /// </summary>
        public List<Item> Answer(IReadOnlyList<Item> fetched, BatchGetItem.KeysAndAttributes? unprocessed, ShieldedItems items)
        {
            AnsweredBytes = known.Sum(hit => (long)hit.Item.SizeBytes) + fetched.Sum(item => (long)item.SizeBytes);
            if (Table is null)
            {
                return [.. fetched];
            }

            List<(int At, Item Item)> shown = [.. known.Select(hit => (hit.At, Cut(hit.Item, null)))];
            foreach (Item item in fetched)
            {
                AttributeMap attributes = item.Open();
                ItemKey key = ItemKey.Of(Table.Info.KeySchema, attributes);
                shown.Add((positions.GetValueOrDefault(key, int.MaxValue), Cut(item, attributes)));
                if (missing.Remove(key, out (CacheKey Place, FillTicket? Ticket) fill))
                {
                    Fill(key, fill.Place, fill.Ticket, item, items);
                }
            }

            foreach (Decoded<AttributeMap> key in unprocessed?.Keys ?? [])
            {
                missing.Remove(ItemKey.Of(Table.Info.KeySchema, key.Value!));
            }

            foreach ((ItemKey key, (CacheKey place, FillTicket? ticket)) in missing)
            {
                Fill(key, place, ticket, null, items);
            }

            return [.. (known.Count > 0 ? shown.OrderBy(item => item.At) : shown.AsEnumerable()).Select(item => item.Item)];
        }

        /// <summary>Nothing is fetched that is not missing.</summary>
        private void DropFound()
        {
            if (ToFetch is null || ToFetch.Keys.Count == missing.Count)
            {
                return;
            }

            List<int> left =
            [
                .. Enumerable.Range(0, ToFetch.Keys.Count)
                    .Where(at => missing.ContainsKey(ItemKey.Of(Table!.Info.KeySchema, ToFetch.Keys[at].Value!))),
            ];
            ToFetch = left.Count == 0 ? null : ToFetch.Only(left);
        }

        private void Fill(ItemKey key, in CacheKey place, FillTicket? ticket, Item? item, ShieldedItems items)
        {
            if (items.Fill(place, ticket, item) is { } kept && rights.TryGetValue(key, out string? right))
            {
                shared!.Share(place, right, kept);
            }
        }

        private void Know(int at, CachedItem entry)
        {
            ExpiresAt = entry.ExpiresAt < ExpiresAt ? entry.ExpiresAt : ExpiresAt;
            if (entry.Item is not null)
            {
                known.Add((at, entry.Item));
            }
        }

        private Item Cut(Item item, AttributeMap? attributes) =>
            Wanted.Projection is { } projection ? Item.FromAttributes(projection.Apply(attributes ?? item.Open())) : item;
    }
}
