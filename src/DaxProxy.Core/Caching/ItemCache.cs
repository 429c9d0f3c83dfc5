using System.Diagnostics.CodeAnalysis;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using Microsoft.Extensions.Caching.Memory;

namespace DaxProxy.Core.Caching;

/// <summary>The items we remember, by table and key, within a limit of bytes; and the rules under which one may be stored.</summary>
/// <remarks>
/// Thread-safe. A look-up takes no lock and allocates nothing. Whatever stores or removes enters the key's fence and does it inside;
/// there is no other way in. Storing may fail silently where there is no room: the key is then empty. Why the rules are as they are, and
/// what an entry costs: <c>DESIGN.md</c>.
/// </remarks>
public sealed class ItemCache : IDisposable
{
    /// <summary>Bytes of an entry beyond two for each char of its key and one for each of its body; measured, see DESIGN.md.</summary>
    internal const int EntryOverheadBytes = 505;

    private static readonly PostEvictionCallbackRegistration Gone = new() { EvictionCallback = CountGone };

    private readonly MemoryCache memory;
    private readonly TimeProvider time;
    private readonly Func<Item?, Face> render;

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
        memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = options.MaxBytes, Clock = new SystemClock(time) });
    }

    /// <summary>How many entries there are, the expired among them included.</summary>
    public int Count => memory.Count;

    internal KeyFences Fences { get; }

    /// <summary>The place of an item of a table.</summary>
    public CacheKey KeyOf(CatalogTable table, ItemKey key)
    {
        ReadOnlySpan<byte> bytes = key.Bytes.Span;
        string text = string.Create(
            table.Prefix.Length + bytes.Length, (table, key.Bytes), static (chars, state) => state.table.WriteCacheKey(state.Bytes.Span, chars));
        return new CacheKey(table, text, Fences.StripeOf(table.Info.TableName, bytes));
    }

    /// <summary>The place of the same key after its table was evicted.</summary>
    internal static CacheKey Move(in CacheKey key, CatalogTable renewed) =>
        new(renewed, string.Concat(renewed.Prefix, key.Text.AsSpan(key.Table.Prefix.Length)), key.Stripe);

    /// <summary>Looks an item up by the chars of its cache key (<see cref="CatalogTable.WriteCacheKey"/>) and counts a hit.</summary>
    public bool TryGet(ReadOnlySpan<char> key, [NotNullWhen(true)] out CachedItem? item)
    {
        if (!memory.TryGetValue(key, out object? value))
        {
            item = null;
            return false;
        }

        item = (CachedItem)value!;
        item.Counters.CountHit(item.Item is null);
        return true;
    }

    /// <inheritdoc cref="TryGet(ReadOnlySpan{char}, out CachedItem?)"/>
    public bool TryGet(in CacheKey key, [NotNullWhen(true)] out CachedItem? item) => TryGet(key.Text, out item);

    /// <summary>What to say of a hit; does not allocate, but for the first of each second of remaining life.</summary>
    public CacheStatus StatusOf(CachedItem item) => StatusUntil(item.ExpiresAt);

    /// <summary>
    /// The right to store a fetch that begins now; none while a write of the key is in flight or in doubt. Unless the key
    /// <paramref name="isSettled"/>, the fetch must read consistently, as it may miss a write that has ended.
    /// </summary>
    public bool TryTakeTicket(in CacheKey key, out FillTicket ticket, out bool isSettled)
    {
        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        isSettled = fence.IsSettled();
        return fence.TryTakeTicket(out ticket);
    }

    /// <summary>Stores what was fetched under a ticket; false if a write came between, or if such a thing is not kept.</summary>
    public bool TryFill(in CacheKey key, FillTicket ticket, Item? item)
    {
        CachedItem? entry = Finish(key, item);
        if (entry is null)
        {
            return false;
        }

        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        if (!fence.Honours(ticket))
        {
            key.Table.Counters.CountDiscardedFill();
            return false;
        }

        Store(key, entry);
        return true;
    }

    /// <summary>A write of the key is about to be sent. <see cref="EndWrite"/> must follow, whatever happens.</summary>
    public WriteTicket BeginWrite(in CacheKey key)
    {
        using KeyFences.Held fence = Fences.Enter(key.Stripe);
        return fence.Begin();
    }

    /// <summary>A write has ended. To be called before anybody is told of it.</summary>
    /// <param name="key">The key written.</param>
    /// <param name="ticket">What <see cref="BeginWrite"/> gave.</param>
    /// <param name="outcome">What is known of it.</param>
    /// <param name="image">The item as <see cref="WriteOutcome.Exact"/> left it; null when that is none.</param>
    /// <remarks>If this throws the write has ended none the less, but the key may hold what it should not: evict its table.</remarks>
    public void EndWrite(in CacheKey key, WriteTicket ticket, WriteOutcome outcome, Item? image = null)
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
            if (alone && entry is not null)
            {
                Store(key, entry);
            }
            else if (outcome != WriteOutcome.NoEffect)
            {
                memory.Remove(key.Text);
            }
        }
    }

    /// <summary>Frees everything.</summary>
    public void Dispose() => memory.Dispose();

    /// <summary>What to say of hits of which the first ends its life at this time.</summary>
    internal CacheStatus StatusUntil(DateTimeOffset expiresAt) =>
        expiresAt == DateTimeOffset.MaxValue ? CacheStatus.Hit : CacheStatus.HitFor(expiresAt - time.GetUtcNow());

    private static void CountGone(object key, object? value, EvictionReason reason, object? state)
    {
        CachedItem item = (CachedItem)value!;
        item.Counters.CountGone(item.EntryBytes);
        if (reason == EvictionReason.Capacity)
        {
            item.Counters.CountEvictedForCapacity();
        }
        else if (reason == EvictionReason.Expired)
        {
            item.Counters.CountEvictedByAge();
        }
    }

    /// <summary>The entry for an item, made outside any fence; null for an absence that is not kept.</summary>
    private CachedItem? Finish(in CacheKey key, Item? item)
    {
        TableCacheSettings settings = key.Table.Settings;
        TimeSpan life = item is null ? settings.NegativeTimeToLive : settings.TimeToLive;
        if (item is null && life == TimeSpan.Zero)
        {
            return null;
        }

        Face face = render(item);
        DateTimeOffset end = life == TimeSpan.Zero ? DateTimeOffset.MaxValue : time.GetUtcNow() + life;
        int bytes = (key.Text.Length * sizeof(char)) + (item is null ? 0 : face.Body.Length) + EntryOverheadBytes;
        return new CachedItem(item, face, end, key.Table.Counters, bytes);
    }

    /// <summary>Only inside the key's fence.</summary>
    private void Store(in CacheKey key, CachedItem item)
    {
        item.Counters.CountStored(item.EntryBytes);
        using ICacheEntry entry = memory.CreateEntry(key.Text);
        entry.Value = item;
        entry.Size = item.EntryBytes;
        entry.PostEvictionCallbacks.Add(Gone);
        if (item.ExpiresAt != DateTimeOffset.MaxValue)
        {
            entry.AbsoluteExpiration = item.ExpiresAt;
        }
    }
}
