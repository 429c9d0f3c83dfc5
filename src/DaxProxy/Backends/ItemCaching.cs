using System.Globalization;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire;
using ItemCacheOptions = DaxProxy.Options.ItemCacheOptions;

namespace DaxProxy.Backends;

/// <summary>The item cache around a backend: the parts that front ends use besides the seam. Owns the cache. Thread-safe.</summary>
public sealed class ItemCaching : IDisposable
{
    private static readonly byte[] NoItem = "{}"u8.ToArray();

    /// <summary>Puts an empty cache around a backend.</summary>
    /// <param name="inner">Who answers what is not known.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="seed">What spreads keys; random in each process.</param>
    /// <param name="time">The clock.</param>
    public ItemCaching(IDynamoBackend inner, ItemCacheOptions options, ulong seed, TimeProvider time)
    {
        Core.Caching.ItemCacheOptions limits = new()
        {
            MaxBytes = options.EffectiveMaxBytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
            TimeToLive = options.TimeToLive,
            NegativeTimeToLive = options.NegativeTimeToLive,
            SettleWindow = inner.ReadLag.Replica,
        };
        Catalog = new TableCatalog(inner, time, _ => limits.ForTables);
        Cache = new ItemCache(limits, seed, time, Render);
        Backend = new CachedBackend(inner, Catalog, Cache, limits);
        IsPeeking = options.Peek;
    }

    /// <summary>The backend with the cache.</summary>
    public CachedBackend Backend { get; }

    /// <summary>The tables known to the cache.</summary>
    public TableCatalog Catalog { get; }

    /// <summary>The cached items.</summary>
    public ItemCache Cache { get; }

    /// <summary>Whether plain reads may be answered before they are decoded.</summary>
    public bool IsPeeking { get; }

    /// <inheritdoc/>
    public void Dispose() => Cache.Dispose();

    private static Face Render(Item? item)
    {
        ReadOnlyMemory<byte> body = item?.GetItemBody ?? NoItem;
        return new Face(body, Crc32.Of(body.Span).ToString(CultureInfo.InvariantCulture));
    }
}
