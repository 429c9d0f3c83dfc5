using DaxProxy.Backends;
using DaxProxy.Core.Catalog;
using DaxProxy.Engine.Services;
using DaxProxy.Telemetry;

namespace DaxProxy.Services.CloudWatch;

/// <summary>
/// Shows each minute what the caches and their front ends have done in it, by the names that DAX has for it: those of this node, of its
/// cluster, and of all clusters, which are the same here.
/// </summary>
/// <remarks>
/// For one caller at a time. Only what is not zero is shown. Requests of both wires are counted, as both are answered by the same caches.
/// Source of the names: DAX's documentation of its metrics.
/// </remarks>
/// <param name="metrics">What has been counted.</param>
/// <param name="caching">The caches; null where there are none.</param>
/// <param name="store">Where it is shown.</param>
/// <param name="cluster">Name of the cluster.</param>
/// <param name="node">Name of this node.</param>
internal sealed class CacheMetrics(Metrics metrics, CacheLayer? caching, MetricStore store, string cluster, string node)
{
    private const string Namespace = "AWS/DAX";

    private static readonly string[] Counted =
    [
        "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems",
        "Query", "Scan",
    ];

    private Dictionary<string, long> last = new(StringComparer.Ordinal);

    /// <summary>Shows what has been counted since the last time.</summary>
    /// <param name="minute">The minute that has ended.</param>
    public void Show(long minute)
    {
        Dictionary<string, long> now = Read();
        foreach ((string name, long total) in now)
        {
            Add(name, total - last.GetValueOrDefault(name), minute);
        }

        if (caching is not null)
        {
            Add("EstimatedDbSize", caching.Catalog.Tables.Sum(BytesOf), minute);
        }

        last = now;
    }

    private static long BytesOf(CatalogTable table) => table.Counters.Read().Bytes + table.Counters.Queries.Read().Bytes;

    private Dictionary<string, long> Read()
    {
        Dictionary<string, long> totals = new(StringComparer.Ordinal);
        foreach (OperationStatistics operation in metrics.Operations)
        {
            long requests = operation.Succeeded + operation.Refused + operation.Failed;
            Count("TotalRequestCount", requests);
            Count("ErrorRequestCount", operation.Refused);
            Count("FaultRequestCount", operation.Failed);
            Count("FailedRequestCount", operation.Refused + operation.Failed);
            if (Counted.Contains(operation.Operation))
            {
                Count(operation.Operation + "RequestCount", requests);
            }
        }

        foreach (CatalogTable table in caching?.Catalog.Tables ?? [])
        {
            TableStatistics items = table.Counters.Read();
            QueryStatistics pages = table.Counters.Queries.Read();
            Count("ItemCacheHits", items.Hits + items.NegativeHits);
            Count("ItemCacheMisses", items.Misses);
            Count("QueryCacheHits", pages.Hits);
            Count("QueryCacheMisses", pages.MissesAbsent + pages.MissesWritten + pages.MissesForgotten);
        }

        return totals;

        void Count(string name, long figure) => totals[name] = totals.GetValueOrDefault(name) + figure;
    }

    private void Add(string name, long value, long minute)
    {
        // A table that was forgotten has taken its counters with it, so a total may be less than it was.
        if (value > 0)
        {
            MetricCell cell = MetricCell.Of(value);
            store.Of(MetricId.Of(Namespace, name)).Add(minute, cell);
            store.Of(MetricId.Of(Namespace, name, ("ClusterId", cluster))).Add(minute, cell);
            store.Of(MetricId.Of(Namespace, name, ("ClusterId", cluster), ("NodeId", node))).Add(minute, cell);
        }
    }
}
