using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.HotKeys;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>The items we remember, by table and key, within a limit of bytes; and the rules under which one may be stored.</summary>
/// <remarks>
/// Thread-safe. A look-up takes no lock and allocates nothing. Code that stores or removes enters the key's fence and does it inside. There
/// is no other way in, except for adding to an entry that is there (<see cref="TryKeepDaxFace"/>). An item too large to be kept
/// (<see cref="LargestEntryBytes"/>) leaves its key empty. Why the rules are as they are: <c>DESIGN.md</c>; who is kept when there is no
/// more room: <c>Core/DESIGN.md</c>.
/// </remarks>
public sealed class ItemCache
{
    /// <summary>
    /// The largest entry that is kept, if the budget is eight times as much; otherwise an eighth of the budget is. An item of 400 KB as
    /// DynamoDB counts is rarely more than that as JSON.
    /// </summary>
    public const int LargestEntryBytes = 1 << 20;

    private readonly CacheCore<CachedItem> entries;
    private readonly Lifetimes lives;
    private readonly TimeProvider time;
    private readonly HotReads<CacheKey>? hot;
    private readonly Func<Item?, Face> render;
    private readonly OwnWrites own = new();

    /// <summary>An empty cache.</summary>
    /// <param name="options">Its limits.</param>
    /// <param name="seed">What spreads keys over fences; random in each process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="render">Finishes the answer to a GetItem that found this item, or none.</param>
    public ItemCache(ItemCacheOptions options, ulong seed, TimeProvider time, Func<Item?, Face> render)
    {
        this.time = time;
        this.render = render;
        Fences = new KeyFences(options.FenceStripes, seed, options.DoubtWindow, options.SettleWindow, time);
        Patience = new StaleWait(options.StaleAfter, time);
        Continuations = options.Continuations;
        hot = options.FindsHot ? new(KeyedHash.Of(seed, "hot"u8), time) : null;
        lives = new Lifetimes(options.Jitter, options.EarlyRefresh, seed, time);
        entries = new CacheCore<CachedItem>(options.MaxBytes, LargestEntryBytes, seed, time);
    }

    /// <summary>How many entries there are, the expired among them included.</summary>
    public int Count => entries.Count;

    /// <summary>What they take of the budget.</summary>
    public long Bytes => entries.Bytes;

    /// <summary>What is to see hits; null, the default, for nothing. Set before the first request.</summary>
    internal HitSampler? Sampler { get; set; }

    /// <summary>How many changes that streams told were writes of this process.</summary>
    public long OwnChanges => own.Recognised;

    internal KeyFences Fences { get; }

    internal StaleWait Patience { get; }

    /// <summary>How those who wait for a fetch go on.</summary>
    internal TaskCreationOptions Continuations { get; }

    /// <summary>The place of an item of a table.</summary>
    public CacheKey KeyOf(CatalogTable table, ItemKey key)
    {
        ReadOnlySpan<byte> keyBytes = key.Bytes.Span;
        return new CacheKey(table, BytesOf(table, keyBytes), Fences.StripeOf(table.Info.TableName, keyBytes));
    }

    /// <summary>The place of the same key after its table was evicted.</summary>
    internal static CacheKey Move(in CacheKey key, CatalogTable renewed) =>
        new(renewed, BytesOf(renewed, key.Bytes.AsSpan(CatalogTable.PrefixBytes)), key.Stripe);

    /// <summary>Looks an item up by its cache key, which is the prefix of its table and its key's bytes, and counts a hit.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out CachedItem? item)
    {
        if (!entries.TryGet(key, out item))
        {
            return false;
        }

        NoteHit(item);
        return true;
    }

    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, out CachedItem?)"/>
    public bool TryGet(in CacheKey key, [NotNullWhen(true)] out CachedItem? item)
    {
        bool isKnown = TryGet(key.Bytes, out item);
        if (!isKnown && ReadSampling.IsPicked())
        {
            NoteHot(key);
        }

        return isKnown;
    }

    /// <summary>How a read of this key would be answered, of a table whose items are cached and may be answered.</summary>
    internal Forecast Foresee(in CacheKey key)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (entries.Look(key.Bytes) is not { } item || item.IsExpired(time))
        {
            return Forecast.Miss(Remarks.ItemNotKnown);
        }

        bool isAbsence = item.Item is null;
        TimeSpan? left = item.ExpiresAt == DateTimeOffset.MaxValue ? null : item.ExpiresAt - now;
        return new(ForecastAnswer.Hit, StatusOf(item), [isAbsence ? Remarks.AbsenceKnown : Remarks.ItemKnown])
        {
            Entry = new(isAbsence ? "absence" : "item", now - item.StoredAt, left, item.EntryBytes, ["a write of this key"]),
        };
    }

    /// <summary>
    /// As <see cref="TryGet(ReadOnlySpan{byte}, out CachedItem?)"/>, but false also for an item that should be fetched again.
    /// </summary>
    public bool TryGetFresh(ReadOnlySpan<byte> key, [NotNullWhen(true)] out CachedItem? item)
    {
        if (!entries.TryGet(key, out item) || lives.IsDue(item, RefreshedLifeOf(item)))
        {
            item = null;
            return false;
        }

        NoteHit(item);
        return true;
    }

    /// <summary>The keys that are read most, the most first; none where they are not looked for.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<HotRead> HotKeys(int most) => hot?.Read(most, static (key, hash) =>
    {
        TableInfo table = key.Table.Info;
        AttributeMap attributes = new ItemKey(key.Bytes[CatalogTable.PrefixBytes..]).Decode(table.KeySchema);
        return new(table.TableName, null, GetItem.Definition.Name, attributes, hash);
    }) ?? [];

    /// <summary>
    /// Keeps the answer of the DAX protocol beside the item, in an entry that takes the place of this one. False, with nothing changed, if
    /// this one has left meanwhile, or if both together are too large.
    /// </summary>
    /// <remarks>No fence is needed: what is stored says the same as what is there, and it is known to be there.</remarks>
    public bool TryKeepDaxFace(CachedItem item, byte[] daxFace)
    {
        CachedItem entry = item.With(daxFace);
        bool isKept = entries.TryReplace(item, entry);
        if (isKept)
        {
            entry.Counters.CountStored(entry.EntryBytes);
        }

        return isKept;
    }

    /// <summary>
    /// Looks up a stale item, past the end of its life and in its grace, for a reader that holds a ticket and could not fetch it. False
    /// also if a write of the key began since the ticket was taken, or the table was evicted.
    /// </summary>
    internal bool TryGetStale(in CacheKey key, FillTicket ticket, [NotNullWhen(true)] out CachedItem? item)
    {
        item = null;
        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        return fence.Honours(ticket) && !key.Table.IsRetired && key.Table.IsFresh && entries.TryGetStale(key.Bytes, out item);
    }

    /// <summary>Whether the reader that was given this item is to fetch it again. Only one reader is told so.</summary>
    internal bool MustRefresh(CachedItem item)
    {
        if (!lives.IsDue(item, RefreshedLifeOf(item)) || !item.TryBeginRefresh())
        {
            return false;
        }

        item.Counters.CountRefresh();
        return true;
    }

    /// <summary>What to say of a hit; does not allocate, but for the first of each second of remaining life.</summary>
    public CacheStatus StatusOf(CachedItem item) => StatusUntil(item.ExpiresAt);

    /// <summary>The terms of a fetch that begins now, with the right to store it where it may be had.</summary>
    public FetchTerms TermsFor(in CacheKey key)
    {
        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        return new FetchTerms(fence.Version, fence.TryTakeTicket(out FillTicket ticket) ? ticket : null, fence.IsSettled());
    }

    /// <summary>
    /// Stores what was fetched under a ticket and returns the entry; null if a write came between, or if such a thing is not kept.
    /// </summary>
    /// <param name="key">The place.</param>
    /// <param name="ticket">The ticket.</param>
    /// <param name="item">The item; null where there is none.</param>
    /// <param name="left">Its longest life, as it was fetched before; null where it is fresh.</param>
    public CachedItem? Fill(in CacheKey key, FillTicket ticket, Item? item, TimeSpan? left = null)
    {
        CachedItem? entry = Finish(key, item, left);
        if (entry is null)
        {
            return null;
        }

        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        if (!fence.Honours(ticket))
        {
            key.Table.Counters.CountRefusedFill(FillRefusal.Written);
            return null;
        }

        return Store(entry) ? entry : null;
    }

    /// <summary>A write of the key is about to be sent. <see cref="EndWrite"/> must follow, whatever happens.</summary>
    public WriteTicket BeginWrite(in CacheKey key)
    {
        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        return fence.Begin();
    }

    /// <summary>A write has ended. To be called before any caller is told of it.</summary>
    /// <param name="key">The key written.</param>
    /// <param name="ticket">What <see cref="BeginWrite"/> gave.</param>
    /// <param name="outcome">What is known of it.</param>
    /// <param name="image">The item as <see cref="WriteOutcome.Exact"/> left it; null when that is none.</param>
    /// <param name="change">What the table's stream is going to tell of it; null where that is not followed.</param>
    /// <remarks>If this throws the write has ended none the less, but the key may hold what it should not: evict its table.</remarks>
    internal void EndWrite(in CacheKey key, WriteTicket ticket, WriteOutcome outcome, Item? image = null, OwnWrite? change = null)
    {
        CachedItem? entry = null;
        try
        {
            entry = outcome == WriteOutcome.Exact ? Finish(key, image) : null;
        }
        finally
        {
            using KeyFences.Held fence = Fences.Enter(key.Stripe);
            bool alone = fence.End(ticket, outcome == WriteOutcome.Unknown);
            if (alone && change is not null)
            {
                own.Remember(key.Stripe, change);
            }

            if (alone && entry is not null)
            {
                Store(entry);
            }
            else if (outcome != WriteOutcome.NoEffect && entries.Remove(key.Bytes))
            {
                key.Table.Counters.CountDrop(outcome);
            }
        }
    }

    /// <summary>
    /// The version of the fence of an entry, if that is answered now as it is: its life has not ended, and no write of its key is under way
    /// or may still arrive. Null otherwise.
    /// </summary>
    internal long? VersionOf(CachedItem item)
    {
        CatalogTable table = item.Table;
        using KeyFences.Held fence = Fences.Enter(Fences.StripeOf(table.Info.TableName, item.Key[CatalogTable.PrefixBytes..]));
        return fence.TryTakeTicket(out _) && !table.IsRetired && table.IsFresh
            && entries.TryGet(item.Key, out CachedItem? now) && ReferenceEquals(now.Item, item.Item) && now.ExpiresAt == item.ExpiresAt
                ? fence.Version
                : null;
    }

    /// <summary>
    /// Begins a write that is done already, through another process. <see cref="EndPast"/> must follow, unless it turns out that it was a
    /// write of this process.
    /// </summary>
    /// <param name="stripe">The fence of the item.</param>
    /// <param name="table">The table as it is known now; null where it is not.</param>
    /// <param name="key">The item's key.</param>
    /// <param name="change">What the table's stream told of it; null where that is not how it became known.</param>
    /// <param name="hasOthers">Whether a write of this process is under way at the same fence.</param>
    /// <returns>What is to be ended; null where it was a write of this process, which has raised its fences.</returns>
    internal WriteTicket? BeginPast(int stripe, CatalogTable? table, byte[] key, ItemChange? change, out bool hasOthers)
    {
        using KeyFences.Held fence = Fences.Enter(stripe);
        hasOthers = fence.HasWrites;
        return change is not null && table is not null && own.TryTake(stripe, BytesOf(table, key), change) ? null : fence.Begin();
    }

    /// <summary>Ends what <see cref="BeginPast"/> began, and forgets the item.</summary>
    /// <param name="table">The table as it is known now; null where it is not, so that nothing of it is cached.</param>
    /// <param name="key">The item's key.</param>
    /// <param name="stripe">The fence of the item.</param>
    /// <param name="ticket">What the begin gave.</param>
    /// <param name="isInDoubt">Whether the write may still arrive.</param>
    internal void EndPast(CatalogTable? table, byte[] key, int stripe, WriteTicket ticket, bool isInDoubt)
    {
        using KeyFences.Held fence = Fences.Enter(stripe);
        fence.End(ticket, isInDoubt);
        if (table is not null && entries.Remove(BytesOf(table, key)))
        {
            table.Counters.CountDrop(isInDoubt ? WriteOutcome.Unknown : WriteOutcome.Drop);
        }
    }

    /// <summary>Forgets the items of one partition, and keeps nothing of what is under way. Looks at every entry there is.</summary>
    internal void RemovePartition(CatalogTable table, AttributeValue partitionKey)
    {
        Fences.RaiseAll();
        if (!table.Info.KeySchema.HasRange)
        {
            entries.Remove(BytesOf(
                table,
                ItemKey.Of(table.Info.KeySchema, new() { [table.Info.KeySchema.HashName] = partitionKey }).Bytes.Span));
            return;
        }

        ArrayBufferWriter<byte> partition = new(64);
        KeyLayout.WriteHash(partitionKey, partition);
        entries.RemoveBeginningWith(BytesOf(table, partition.WrittenSpan));
    }

    /// <summary>What to say of several hits when the first of them ends its life at this time.</summary>
    internal CacheStatus StatusUntil(DateTimeOffset expiresAt) =>
        expiresAt == DateTimeOffset.MaxValue ? CacheStatus.Hit : CacheStatus.HitFor(expiresAt - time.GetUtcNow());

    /// <summary>What to say of an answer that had ended its life at this time.</summary>
    internal CacheStatus StaleSince(DateTimeOffset expiresAt, string failure) => CacheStatus.Stale(expiresAt - time.GetUtcNow(), failure);

    private static byte[] BytesOf(CatalogTable table, ReadOnlySpan<byte> keyBytes)
    {
        byte[] bytes = new byte[CatalogTable.PrefixBytes + keyBytes.Length];
        table.WritePrefix(bytes);
        keyBytes.CopyTo(bytes.AsSpan(CatalogTable.PrefixBytes));
        return bytes;
    }

    /// <summary>The entry for an item, made outside any fence; null for an absence that is not kept.</summary>
    private CachedItem? Finish(in CacheKey key, Item? item, TimeSpan? left = null)
    {
        TableCacheSettings settings = key.Table.Settings;
        if (item is null && !settings.KeepsAbsence)
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow(), end = lives.EndOf(key.Bytes, settings.TimeToLiveOf(isAbsence: item is null));
        if (left is { } most && now + most is var latest && latest < end)
        {
            end = latest;
        }

        return new CachedItem(key, item, render(item), now, end);
    }

    /// <summary>What the life of an item was made of; zero where none is to be fetched early.</summary>
    private static TimeSpan RefreshedLifeOf(CachedItem item) =>
        item.Settings.DaxCompatible ? TimeSpan.Zero : item.Settings.TimeToLiveOf(isAbsence: item.Item is null);

    private void NoteHit(CachedItem item)
    {
        item.Counters.CountHit(item.Item is null);
        if (Sampler?.Picks() == true)
        {
            Sampler.Add(new SampledItem(item));
        }

        if (ReadSampling.IsPicked())
        {
            item.Counters.CountSaved(item.Item?.SizeBytes ?? 0, ReadSampling.ReadsPerSample);
            NoteHot(item.Place);
        }
    }

    private void NoteHot(in CacheKey key) => hot?.Note(key.Table.Info.TableName, key.Bytes.AsSpan(CatalogTable.PrefixBytes), key);

    /// <summary>Only inside the key's fence. False if the item is too large: the key is then empty.</summary>
    private bool Store(CachedItem entry)
    {
        bool stored = entries.Store(entry);
        if (stored)
        {
            entry.Counters.CountStored(entry.EntryBytes);
        }

        return stored;
    }
}
