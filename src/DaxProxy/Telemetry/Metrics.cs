using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Telemetry;

/// <summary>
/// What the process counts: statistics per operation, and the same as instruments of the meter <c>DaxProxy</c> for any listener.
/// </summary>
/// <remarks>
/// Thread-safe. Counters are observable, so that counting a request touches no instrument. A duration is recorded only while there is a
/// listener. It is recorded on an instrument per operation whose label is fixed, so that no listener has to look labels up.
/// </remarks>
internal sealed class Metrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "DaxProxy";

    private readonly ConcurrentDictionary<string, OperationStatistics> operations = new(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private readonly TableCatalog? tables;

    /// <summary>Makes the meter and its instruments.</summary>
    /// <param name="time">The clock that durations are measured by.</param>
    /// <param name="tables">The tables known to the item cache; null when there is none.</param>
    /// <param name="health">How the caches do; null when there are none.</param>
    public Metrics(TimeProvider time, TableCatalog? tables, CacheHealth? health = null)
    {
        this.time = time;
        this.tables = tables;
        Faults = new UnexpectedFaults(time);
        Meter = new Meter(MeterName);
        Meter.CreateObservableCounter(
            "daxproxy.frontend.faults", Faults.Observe, null, "Requests that ended in an exception nothing should have caused.");
        Meter.CreateObservableCounter("daxproxy.requests", ObserveRequests, null, "Operations by name and outcome.");
        Meter.CreateObservableGauge("daxproxy.process.memory", () => Environment.WorkingSet, "bytes", "Memory the process occupies.");
        Meter.CreateObservableGauge(
            "daxproxy.process.heap",
            () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes,
            "bytes",
            "The garbage collector's heap after its last collection.");
        if (tables is not null)
        {
            Meter.CreateObservableCounter(
                "daxproxy.cache.hits", () => ObserveCache(table => table.Hits + table.NegativeHits), null, "Reads answered by the cache.");
            Meter.CreateObservableCounter("daxproxy.cache.misses", () => ObserveCache(table => table.Misses), null, "Reads passed on.");
            Meter.CreateObservableCounter(
                "daxproxy.cache.refreshes",
                () => ObserveCache(table => table.Refreshes),
                null,
                "Entries fetched again before they expire.");
            Meter.CreateObservableCounter(
                "daxproxy.cache.stale_hits",
                () => ObserveCache(table => table.StaleHits),
                null,
                "Keys answered past the end of their life, as the backend failed.");
            Meter.CreateObservableCounter(
                "daxproxy.cache.evictions",
                () => ObserveCache(table => table.EvictedForCapacity + table.EvictedByAge),
                null,
                "Entries evicted.");
            Meter.CreateObservableGauge("daxproxy.cache.entries", () => ObserveCache(table => table.Entries), null, "Entries held.");
            Meter.CreateObservableGauge("daxproxy.cache.size", () => ObserveCache(table => table.Bytes), "bytes", "Bytes held.");
            Meter.CreateObservableCounter(
                "daxproxy.query_cache.hits", () => ObserveQueries(table => table.Hits), null, "Queries and scans answered by the cache.");
            Meter.CreateObservableCounter(
                "daxproxy.query_cache.misses", ObserveQueryMisses, null, "Queries and scans passed on, by reason.");
            Meter.CreateObservableCounter(
                "daxproxy.query_cache.refreshes",
                () => ObserveQueries(table => table.Refreshes),
                null,
                "Pages fetched again before they expire.");
            Meter.CreateObservableCounter(
                "daxproxy.query_cache.stale_hits",
                () => ObserveQueries(table => table.StaleHits),
                null,
                "Queries and scans answered past the end of their page's life, as the backend failed.");
            Meter.CreateObservableCounter(
                "daxproxy.query_cache.evictions",
                () => ObserveQueries(table => table.EvictedForCapacity + table.EvictedByAge),
                null,
                "Pages evicted.");
            Meter.CreateObservableGauge("daxproxy.query_cache.entries", () => ObserveQueries(table => table.Entries), null, "Pages held.");
            Meter.CreateObservableGauge("daxproxy.query_cache.size", () => ObserveQueries(table => table.Bytes), "bytes", "Bytes held.");
        }

        if (health is not null)
        {
            Meter.CreateObservableCounter("daxproxy.caches.faults", () => health.Faults, null, "Faults of the caches themselves.");
            Meter.CreateObservableGauge(
                "daxproxy.caches.degraded", () => health.DegradedSince is null ? 0L : 1L, null, "1 while the caches are out of service.");
        }
    }

    /// <summary>What broke at the front ends.</summary>
    public UnexpectedFaults Faults { get; }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>Statistics of every operation seen so far, by name.</summary>
    public IEnumerable<OperationStatistics> Operations =>
        operations.Values.OrderBy(statistics => statistics.Operation, StringComparer.Ordinal);

    /// <summary>The statistics of one operation. Callers pass names of DynamoDB's model only, which bounds the number of entries.</summary>
    public OperationStatistics Of(string operation) =>
        operations.TryGetValue(operation, out OperationStatistics? statistics) ? statistics : operations.GetOrAdd(operation, Create);

    /// <summary>Shows what the local engine refused because of the throughput of tables.</summary>
    public void ShowThrottled(Func<IReadOnlyList<RefusedRequests>> refused) => Meter.CreateObservableCounter(
        "daxproxy.throttled.requests",
        () => refused().SelectMany(table => new Measurement<long>[]
        {
            new(table.Reads, new KeyValuePair<string, object?>("table", table.TableName), new("kind", "read")),
            new(table.Writes, new KeyValuePair<string, object?>("table", table.TableName), new("kind", "write")),
        }),
        null,
        "Requests that the local engine refused, as they exceed the throughput of their table or of an index.");

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private OperationStatistics Create(string operation) => new(
        operation,
        time,
        Meter.CreateHistogram<double>(
            "daxproxy.request.duration", "seconds", "Time from the decoded request to its reply.", [new("operation", operation)]));

    private IEnumerable<Measurement<long>> ObserveRequests()
    {
        foreach (OperationStatistics statistics in Operations)
        {
            yield return Measure(statistics.Succeeded, "success");
            yield return Measure(statistics.Refused, "refusal");
            yield return Measure(statistics.Failed, "failure");

            Measurement<long> Measure(long count, string outcome) =>
                new(count, new KeyValuePair<string, object?>("operation", statistics.Operation), new("outcome", outcome));
        }
    }

    private IEnumerable<Measurement<long>> ObserveCache(Func<TableStatistics, long> figure) =>
        tables!.Tables.Select(
            table => new Measurement<long>(
                figure(table.Counters.Read()), new KeyValuePair<string, object?>("table", table.Info.TableName)));

    private IEnumerable<Measurement<long>> ObserveQueries(Func<QueryStatistics, long> figure) =>
        tables!.Tables.Select(
            table => new Measurement<long>(
                figure(table.Counters.Queries.Read()), new KeyValuePair<string, object?>("table", table.Info.TableName)));

    private IEnumerable<Measurement<long>> ObserveQueryMisses()
    {
        foreach (CatalogTable table in tables!.Tables)
        {
            QueryStatistics figures = table.Counters.Queries.Read();
            yield return Measure(figures.MissesAbsent, "absent");
            yield return Measure(figures.MissesWritten, "written");
            yield return Measure(figures.MissesForgotten, "forgotten");

            Measurement<long> Measure(long count, string reason) =>
                new(count, new KeyValuePair<string, object?>("table", table.Info.TableName), new("reason", reason));
        }
    }
}
