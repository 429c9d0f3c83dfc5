using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Both caches around a backend, as the product puts them together, with small limits and a clock of their own.</summary>
internal sealed class CheckedCaches
{
    /// <summary>How long a write of unknown outcome may still arrive.</summary>
    public static readonly TimeSpan DoubtWindow = TimeSpan.FromSeconds(2);

    /// <summary>How long a page lives where entries are answered past their end.</summary>
    public static readonly TimeSpan QueryTimeToLive = TimeSpan.FromSeconds(1);

    /// <summary>How long after their end they are.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Who waits is answered when the fetch ends, and no sooner: only that happens in an order that the same seed repeats.
    /// </summary>
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly QueryMemo memo;

    private static readonly Face NoItem = Finish("{}"u8.ToArray());

    public CheckedCaches(
        IDynamoBackend inner,
        ulong seed,
        bool isSmall,
        bool servesStale = false,
        TimeSpan? maxStreamLag = null,
        string? validated = null,
        TaskCreationOptions continuations = TaskCreationOptions.RunContinuationsAsynchronously)
    {
        TableCacheSettings settings = servesStale
            ? new()
            {
                TimeToLive = TimeSpan.FromSeconds(2),
                NegativeTimeToLive = TimeSpan.FromSeconds(1),
                QueryTimeToLive = QueryTimeToLive,
                ServeStale = Grace,
                QueryServeStale = Grace,
            }
            : new()
            {
                TimeToLive = TimeSpan.FromSeconds(20),
                NegativeTimeToLive = TimeSpan.FromSeconds(5),
                QueryTimeToLive = TimeSpan.FromSeconds(15),
                MaxStreamLag = maxStreamLag,
            };
        ItemCacheOptions items = new()
        {
            FenceStripes = isSmall ? 16 : 1024,
            DoubtWindow = DoubtWindow,
            MaxBytes = isSmall ? 24_000 : 1 << 20,
            SettleWindow = inner.ReadLag.Replica,
            StaleAfter = Never,
            Continuations = continuations,
        };
        QueryCacheOptions pages = new()
        {
            FenceStripes = isSmall ? 16 : 1024,
            FenceRing = isSmall ? 4 : 32,
            ReadLag = inner.ReadLag,
            ScanOrder = inner.ScanOrder,
            DoubtWindow = DoubtWindow,
            MaxBytes = isSmall ? 100_000 : 4 << 20,
            StaleAfter = Never,
            Continuations = continuations,
        };
        Catalog = new TableCatalog(inner, Time, table => settings with { IsValidated = table == validated });
        Items = new ItemCache(items, seed, Time, Render);
        Pages = new QueryCache(pages, seed, Time, Render, static face => PageJson.ReadItems(face.Body.Span));
        memo = new QueryMemo(Pages, Catalog.Gate, isSmall ? 20_000 : 1 << 20, seed, Time);
        Backend = new CachedBackend(inner, Catalog, Items, Pages, DoubtWindow, new CacheHealth(Catalog, Time) { OnFault = Faults.Add });
    }

    public ManualTime Time { get; } = new();

    public TableCatalog Catalog { get; }

    public ItemCache Items { get; }

    public QueryCache Pages { get; }

    public CachedBackend Backend { get; }

    /// <summary>Faults of the caches themselves: there must be none.</summary>
    public List<Exception> Faults { get; } = [];

    /// <summary>The name under which an item is cached and fetched; null where it passes by.</summary>
    public string? NameOf(GetItem operation) => Catalog.TryGet(operation.TableName, out CatalogTable? table)
        ? Convert.ToHexString(Items.KeyOf(table, ItemKey.Of(table.Info.KeySchema, operation.Key.Value!)).Bytes)
        : null;

    /// <summary>The name under which a page is cached and fetched; null where it passes by.</summary>
    public string? NameOf(PageOperation operation) =>
        Catalog.TryGet(operation.TableName, out CatalogTable? table) && PagePlan.TryMake(table, operation, Pages.Fences, out PagePlan? plan)
            ? Convert.ToHexString(plan.Name)
            : null;

    /// <summary>
    /// The finished answer by the short way, which a front end takes where the request's bytes are known; null where it has none. An
    /// operation in words stands for the bytes.
    /// </summary>
    public Face? TryShortWay(Operation operation) =>
        BytesOf(operation) is { } request && memo.TryServe(request, null, out Face face, out _, out _) ? face : null;

    /// <summary>Lets the short way remember what was answered.</summary>
    public void Note(Operation operation, Reply reply)
    {
        if (BytesOf(operation) is { } request && reply is PageReply page)
        {
            memo.Note(request, page);
        }
    }

    /// <summary>The figures of the queries of a table; null while it is not known.</summary>
    public QueryStatistics? StatisticsOf(string table) =>
        Catalog.TryGet(table, out CatalogTable? known) ? known.Counters.Queries.Read() : null;

    private static byte[]? BytesOf(Operation operation) =>
        operation is Query query
            ? Encoding.UTF8.GetBytes($"{query.ConsistentRead} {query.ReturnConsumedCapacity} {Description.Of(query)}")
            : null;

    private static Face Render(Item? item) => item is null ? NoItem : Finish(item.GetItemBody);

    private static Face Render(PageReply page)
    {
        ArrayBufferWriter<byte> body = new(1024);
        JsonReply.Write(page, body);
        return Finish(body.WrittenSpan.ToArray());
    }

    private static Face Finish(ReadOnlyMemory<byte> body) =>
        new(body, Crc32.HashToUInt32(body.Span).ToString(CultureInfo.InvariantCulture));
}
