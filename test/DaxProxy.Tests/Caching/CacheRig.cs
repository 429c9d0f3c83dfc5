using System.Globalization;
using System.IO.Hashing;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching;

/// <summary>A cached backend over a scripted one, with the table <c>T</c> of key <c>k</c> (S) and a clock of its own.</summary>
internal sealed class CacheRig : IDisposable
{
    public const string Table = "T";

    private static readonly Face NoItem = Finish("{}"u8.ToArray());

    public CacheRig(
        ItemCacheOptions? options = null, TableCacheSettings? settings = null, Func<Item?, Face>? render = null,
        TimeProvider? cacheTime = null)
    {
        options ??= new ItemCacheOptions { FenceStripes = 1 << 10 };
        settings ??= new TableCacheSettings();
        Inner = new ScriptedBackend { ReadLag = new ReadLag(options.SettleWindow, TimeSpan.Zero) };
        Inner.AddTable(Table, new KeySchema("k", AttributeType.S));
        Catalog = new TableCatalog(Inner, Time, _ => settings);
        Cache = new ItemCache(options, 42, cacheTime ?? Time, render ?? Render);
        CacheHealth health =
            new(Catalog, Time) { OnFault = Faults.Add, OnDegraded = _ => Degradations++, OnRestored = () => Restorations++ };
        Backend = new CachedBackend(Inner, Catalog, Cache, null, options.DoubtWindow, health);
    }

    public ManualTime Time { get; } = new();

    public ScriptedBackend Inner { get; }

    public TableCatalog Catalog { get; }

    public ItemCache Cache { get; }

    public CachedBackend Backend { get; }

    public List<Exception> Faults { get; } = [];

    /// <summary>How often the caches went out of service.</summary>
    public int Degradations { get; private set; }

    /// <summary>How often they came back.</summary>
    public int Restorations { get; private set; }

    public TableStatistics Statistics =>
        Catalog.TryGet(Table, out CatalogTable? table) ? table.Counters.Read() : new TableCounters().Read();

    public static AttributeMap Key(string key) => new() { ["k"] = AttributeValue.FromString(key) };

    public static AttributeMap Row(string key, long version) => new()
    {
        ["k"] = AttributeValue.FromString(key),
        ["v"] = AttributeValue.FromNumber(Number.FromInt64(version)),
    };

    /// <summary>The version in an answer; zero when there is no item.</summary>
    public static long VersionIn(Reply reply) => VersionOf(((GetItemReply)reply).Item);

    public static long VersionOf(Item? item) =>
        item is null ? 0 : long.Parse(item.Open()["v"].Number.ToString(), CultureInfo.InvariantCulture);

    public static string? StatusOf(Reply reply) => reply.Cache?.ToString();

    public static GetItem Get(string key) => new() { TableName = Table, Key = Key(key) };

    public static PutItem Put(string key, long version) => Checked(new PutItem { TableName = Table, Item = Row(key, version) });

    public static T Checked<T>(T operation)
        where T : Operation
    {
        Assert.That(operation.Validate(ValidationLayer.Current), Is.Null);
        return operation;
    }

    public Task<Reply> Send(Operation operation, CancellationToken cancellationToken = default) =>
        Backend.ExecuteAsync(operation, cancellationToken).AsTask();

    public static Face Render(Item? item) => item is null ? NoItem : Finish(item.GetItemBody);

    /// <summary>Every fence must be quiet when a test is over.</summary>
    public void Dispose() => Assert.That(Inner.Held.Count > 0 || Cache.Fences.AreQuiet(), "a write never ended");

    private static Face Finish(ReadOnlyMemory<byte> body) =>
        new(body, Crc32.HashToUInt32(body.Span).ToString(CultureInfo.InvariantCulture));
}
