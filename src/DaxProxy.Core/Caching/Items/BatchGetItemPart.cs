using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Items;

/// <summary>One table of a BatchGetItem: what the cache knows of it, and what is to be fetched.</summary>
/// <remarks>For one request, so not thread-safe.</remarks>
internal sealed class BatchGetItemPart(BatchGetItem.KeysAndAttributes wanted)
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
    public BatchGetItemPart Copy() => new(Wanted)
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
    /// fetched, and the absence of what was not found. Null, and nothing is kept, where an item or a key lacks what the table's keys are
    /// made of, so that which one it is cannot be told: the table was made again, or the backend is broken.
    /// </summary>
    public List<Item>? Answer(IReadOnlyList<Item> fetched, BatchGetItem.KeysAndAttributes? unprocessed, ShieldedItems items)
    {
        AnsweredBytes = known.Sum(hit => (long)hit.Item.SizeBytes) + fetched.Sum(item => (long)item.SizeBytes);
        if (Table is null)
        {
            return [.. fetched];
        }

        List<AttributeMap> opened = [.. fetched.Select(item => item.Open())];
        IReadOnlyList<Decoded<AttributeMap>> left = unprocessed?.Keys ?? [];
        if (!opened.TrueForAll(Table.Info.Layout.Has) || !left.All(key => Table.Info.Layout.Has(key.Value!)))
        {
            return null;
        }

        List<(int At, Item Item)> shown = [.. known.Select(hit => (hit.At, Cut(hit.Item, null)))];
        foreach ((Item item, AttributeMap attributes) in fetched.Zip(opened))
        {
            ItemKey key = ItemKey.Of(Table.Info.KeySchema, attributes);
            shown.Add((positions.GetValueOrDefault(key, int.MaxValue), Cut(item, attributes)));
            if (missing.Remove(key, out (CacheKey Place, FillTicket? Ticket) fill))
            {
                Fill(key, fill.Place, fill.Ticket, item, items);
            }
        }

        foreach (Decoded<AttributeMap> key in left)
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
