using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Options;
using DaxProxy.Recording;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Backends;

/// <summary>Both caches around a backend: the parts that front ends use besides the seam. Thread-safe.</summary>
internal sealed class CacheLayer
{
    /// <summary>
    /// The part of the query cache's budget that remembers what requests meant, and the most of it: some thousand of them.
    /// </summary>
    private const int MemoShare = 16;
    private const long MaxMemoBytes = 8 << 20;

    private static readonly Face NoItem = Finish("{}"u8.ToArray());

    /// <summary>Puts empty caches around a backend.</summary>
    /// <param name="inner">Who answers what is not known.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="seed">What spreads keys; random in each process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    public CacheLayer(IDynamoBackend inner, ProxyOptions options, ulong seed, TimeProvider time, ILogger? logger = null)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Core.Caching.Items.ItemCacheOptions items = new()
        {
            MaxBytes = options.ItemCache.EffectiveMaxBytes(available),
            DoubtWindow = options.DoubtWindow,
            SettleWindow = inner.ReadLag.Replica,
            Jitter = options.ItemCache.Jitter,
            EarlyRefresh = options.ItemCache.EarlyRefresh,
            StaleAfter = options.ItemCache.StaleAfter,
            FindsHot = options.Telemetry.HotKeys != HotKeyDisplay.Off,
        };
        long pageBytes = options.QueryCache.EffectiveMaxBytes(available), memoBytes = Math.Clamp(pageBytes / MemoShare, 1, MaxMemoBytes);
        Core.Caching.Queries.QueryCacheOptions pages = new()
        {
            MaxBytes = Math.Max(1, pageBytes - memoBytes),
            DoubtWindow = options.DoubtWindow,
            ReadLag = inner.ReadLag,
            ScanOrder = inner.ScanOrder,
            Jitter = options.QueryCache.Jitter,
            EarlyRefresh = options.QueryCache.EarlyRefresh,
            StaleAfter = options.QueryCache.StaleAfter,
            FindsHot = options.Telemetry.HotKeys != HotKeyDisplay.Off,
        };
        Catalog = new TableCatalog(inner, time, new TableSettings(options).Of, options.Backend.EffectiveTableRefreshInterval);
        Items = new ItemCache(items, seed, time, Render);
        Pages = new QueryCache(pages, seed, time, Render, static face => PageJson.ReadItems(face.Body.Span));
        Queries = new QueryMemo(Pages, Catalog.Gate, memoBytes, seed, time);
        CacheHealth health = new(Catalog, time)
        {
            OnDegraded = fault => Log.CachesDegraded(
                logger ?? NullLogger.Instance, CacheHealth.MostFaults, CacheHealth.Rest.TotalSeconds, fault),
            OnRestored = () => Log.CachesRestored(logger ?? NullLogger.Instance),
        };
        Bulk = options.Backend.Kind == BackendKind.DynamoDb ? BulkWritesOf(inner, options, logger ?? NullLogger.Instance, time) : null;
        Backend = new CachedBackend(inner, Catalog, Items, Pages, items.DoubtWindow, health, Bulk);
        IsPeeking = options.ItemCache.Peek;
        Recorder = new TrafficRecorder(Catalog, time);
    }

    /// <summary>The backend with the caches.</summary>
    public CachedBackend Backend { get; }

    /// <summary>The tables known to the caches.</summary>
    public TableCatalog Catalog { get; }

    /// <summary>The bulk operations that write tables; null where there are none, at the local engine.</summary>
    public BulkWrites? Bulk { get; }

    /// <summary>The cached items.</summary>
    public ItemCache Items { get; }

    /// <summary>The cached answers to Query and Scan.</summary>
    public QueryCache Pages { get; }

    /// <summary>What queries meant whose pages are cached.</summary>
    public QueryMemo Queries { get; }

    /// <summary>Whether plain reads may be answered before they are decoded.</summary>
    public bool IsPeeking { get; }

    /// <summary>Whether that may be done now: what is recorded has to be decoded, and so has what may have a fault on purpose.</summary>
    public bool MayPeek => Recorder.Current is null && !SeesAllReads;

    /// <summary>Whether all reads have to be decoded, as those that a cache answers may have faults on purpose.</summary>
    public bool SeesAllReads { get; set; }

    /// <summary>What records the traffic.</summary>
    public TrafficRecorder Recorder { get; }

    private BulkWrites BulkWritesOf(IDynamoBackend inner, ProxyOptions options, ILogger logger, TimeProvider time)
    {
        TimeSpan lag = inner.ReadLag.Replica > inner.ReadLag.Index ? inner.ReadLag.Replica : inner.ReadLag.Index;
        TimeSpan settling = options.DoubtWindow + lag, bound = options.Backend.BulkDoubt;
        return new BulkWrites(inner, Catalog, settling, bound, time)
        {
            OnBegun = tables => Log.BulkBegun(logger, tables),
            OnEnded = tables => Log.BulkEnded(logger, tables, settling.TotalSeconds),
            OnUnknown = tables => Log.BulkUnknown(logger, tables, bound.TotalHours),
            OnGivenUp = tables => Log.BulkGivenUp(logger, tables, bound.TotalHours),
            OnUnlisted = fault => TellUnlisted(logger, fault),
        };
    }

    /// <summary>A backend that does not know the verb runs no such operations.</summary>
    private static void TellUnlisted(ILogger logger, string fault)
    {
        if (fault != TransportFaults.UnknownOperation.Name)
        {
            Log.BulkUnlisted(logger, FaultText.Code(fault));
        }
    }

    private static Face Render(Item? item) => item is null ? NoItem : Finish(item.GetItemBody);

    private static Face Render(PageReply page)
    {
        ArrayBufferWriter<byte> body = new(4096);
        JsonReply.Write(page, body);
        return Finish(body.WrittenSpan.ToArray());
    }

    private static Face Finish(ReadOnlyMemory<byte> body) =>
        new(body, Crc32.HashToUInt32(body.Span).ToString(CultureInfo.InvariantCulture));
}
