using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Telemetry;

/// <summary>
/// What the process counts: statistics per wire and operation, and the same as instruments of the meter <c>DaxProxy</c> for any listener.
/// </summary>
/// <remarks>
/// Thread-safe. Counters are observable, so that counting a request touches no instrument. A duration is recorded only while there is a
/// listener. It is recorded on an instrument whose labels are fixed, so that no listener has to look labels up.
/// </remarks>
internal sealed class Metrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "DaxProxy";

    private static readonly Frontend[] Wires = [Frontend.Http, Frontend.Dax];

    private readonly ConcurrentDictionary<string, OperationStatistics>[] operations =
        [.. Wires.Select(_ => new ConcurrentDictionary<string, OperationStatistics>(StringComparer.Ordinal))];

    private readonly TimeProvider time;

    /// <summary>Makes the meter and its instruments.</summary>
    /// <param name="time">The clock that durations are measured by.</param>
    /// <param name="tables">The tables known to the item cache; null when there is none.</param>
    /// <param name="health">How the caches do; null when there are none.</param>
    /// <param name="maxTableLabels">How many tables have series of their own.</param>
    public Metrics(TimeProvider time, TableCatalog? tables, CacheHealth? health = null, int maxTableLabels = 100)
    {
        this.time = time;
        Faults = new UnexpectedFaults(time);
        Tables = new TableLabels(maxTableLabels);
        Meter = new Meter(MeterName);
        Meter.CreateObservableCounter(
            "daxproxy.frontend.faults", Faults.Observe, null, "Requests that ended in an exception nothing should have caused.");
        Meter.CreateObservableCounter("daxproxy.requests", ObserveRequests, null, "Operations by name, wire and outcome.");
        if (tables is not null)
        {
            ShowItemCache(tables);
            ShowQueryCache(tables);
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

    /// <summary>Which tables have series of their own.</summary>
    public TableLabels Tables { get; }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>Statistics of every operation seen so far on each wire, by name.</summary>
    public IEnumerable<OperationStatistics> Operations =>
        operations.SelectMany(wire => wire.Values).OrderBy(statistics => statistics.Operation, StringComparer.Ordinal);

    /// <summary>
    /// The statistics of one operation on one wire, which is no port of the operator's. Callers pass names of DynamoDB's model only, which
    /// bounds the number of entries.
    /// </summary>
    public OperationStatistics Of(Frontend wire, string operation) =>
        operations[(int)wire].TryGetValue(operation, out OperationStatistics? statistics)
            ? statistics
            : operations[(int)wire].GetOrAdd(operation, Create, wire);

    /// <summary>The name of a wire as a label.</summary>
    public static string NameOf(Frontend wire) => wire == Frontend.Dax ? "dax" : "json";

    /// <summary>Shows what the local engine refused because of the throughput of tables.</summary>
    public void ShowThrottled(Func<IReadOnlyList<RefusedRequests>> refused) => Meter.CreateObservableCounter(
        "daxproxy.throttled.requests",
        () => Tables.Measure(refused().Select(table => (table.TableName, table.Reads)), null, new("kind", "read"))
            .Concat(Tables.Measure(refused().Select(table => (table.TableName, table.Writes)), null, new("kind", "write"))),
        null,
        "Requests that the local engine refused, as they exceed the throughput of their table or of an index.");

    /// <summary>Shows how many lines logs have lost, which do not keep requests waiting.</summary>
    public void ShowLostLines(params (string Log, Func<long> Lost)[] logs) => Meter.CreateObservableCounter(
        "daxproxy.log.lost_lines",
        () => logs.Select(log => new Measurement<long>(log.Lost(), new KeyValuePair<string, object?>("log", log.Log))),
        null,
        "Lines of the audit log and the access log that could not be written.");

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    /// <remarks>
    /// The labels stand in the order of their names: in another one, the runtime takes two instruments for one that differ in their labels.
    /// </remarks>
    private OperationStatistics Create(string operation, Frontend wire) => new(
        wire,
        operation,
        time,
        outcome => Meter.CreateHistogram<double>(
            "daxproxy.request.duration",
            "seconds",
            "Time from the decoded request to its reply.",
            [new("operation", operation), new("outcome", RequestOutcomes.NameOf(outcome)), new("wire", NameOf(wire))]));

    private IEnumerable<Measurement<long>> ObserveRequests()
    {
        foreach (OperationStatistics statistics in Operations)
        {
            yield return Measure(statistics.Succeeded, "success");
            yield return Measure(statistics.Refused, "refusal");
            yield return Measure(statistics.Failed, "failure");

            Measurement<long> Measure(long count, string outcome) => new(
                count,
                new KeyValuePair<string, object?>("operation", statistics.Operation),
                new("wire", NameOf(statistics.Wire)),
                new("outcome", outcome));
        }
    }

    private void ShowItemCache(TableCatalog tables)
    {
        Count("hits", table => table.Hits + table.NegativeHits, "Reads answered by the cache.");
        Count("misses", table => table.Misses, "Reads passed on.");
        Count("refreshes", table => table.Refreshes, "Entries fetched again before they expire.");
        Count("stale_hits", table => table.StaleHits, "Keys answered past the end of their life, as the backend failed.");
        Count("evictions", table => table.EvictedForCapacity + table.EvictedByAge, "Entries evicted.");
        Meter.CreateObservableGauge("daxproxy.cache.entries", () => Each(table => table.Entries), null, "Entries held.");
        Meter.CreateObservableGauge("daxproxy.cache.size", () => Each(table => table.Bytes), "bytes", "Bytes held.");
        Meter.CreateObservableCounter(
            "daxproxy.cache.read_units_saved",
            () => Observe(tables, table => table.Counters.ReadUnitsSaved),
            null,
            "About how many read units hits have saved.");

        void Count(string name, Func<TableStatistics, long> figure, string help) =>
            Meter.CreateObservableCounter("daxproxy.cache." + name, () => Each(figure), null, help);

        IEnumerable<Measurement<long>> Each(Func<TableStatistics, long> figure) => Observe(tables, table => figure(table.Counters.Read()));
    }

    private void ShowQueryCache(TableCatalog tables)
    {
        Count("hits", table => table.Hits, "Queries and scans answered by the cache.");
        Meter.CreateObservableCounter(
            "daxproxy.query_cache.misses",
            () => Missed(table => table.MissesAbsent, "absent")
                .Concat(Missed(table => table.MissesWritten, "written")).Concat(Missed(table => table.MissesForgotten, "forgotten")),
            null,
            "Queries and scans passed on, by reason.");
        Count("refreshes", table => table.Refreshes, "Pages fetched again before they expire.");
        Count("stale_hits", table => table.StaleHits, "Those answered past the end of their page's life, as the backend failed.");
        Count("evictions", table => table.EvictedForCapacity + table.EvictedByAge, "Pages evicted.");
        Meter.CreateObservableGauge("daxproxy.query_cache.entries", () => Each(table => table.Entries), null, "Pages held.");
        Meter.CreateObservableGauge("daxproxy.query_cache.size", () => Each(table => table.Bytes), "bytes", "Bytes held.");
        Meter.CreateObservableCounter(
            "daxproxy.query_cache.read_units_saved",
            () => Observe(tables, table => table.Counters.Queries.ReadUnitsSaved),
            null,
            "About how many read units hits have saved.");

        void Count(string name, Func<QueryStatistics, long> figure, string help) =>
            Meter.CreateObservableCounter("daxproxy.query_cache." + name, () => Each(figure), null, help);

        IEnumerable<Measurement<long>> Each(Func<QueryStatistics, long> figure) =>
            Observe(tables, table => figure(table.Counters.Queries.Read()));

        IEnumerable<Measurement<long>> Missed(Func<QueryStatistics, long> figure, string reason) =>
            Observe(tables, table => figure(table.Counters.Queries.Read()), new("reason", reason));
    }

    private IEnumerable<Measurement<T>> Observe<T>(
        TableCatalog tables, Func<CatalogTable, T> figure, KeyValuePair<string, object?>? label = null)
        where T : struct, INumber<T> => Tables.Measure(tables.Tables.Select(table => (table.Info.TableName, figure(table))), null, label);
}
