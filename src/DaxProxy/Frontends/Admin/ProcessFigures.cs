using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Core.Catalog;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>The parts of <c>/api/stats</c> about the process as a whole, and how tables are configured.</summary>
internal static class ProcessFigures
{
    /// <summary>What the process is, how long it runs, and the memory that it takes.</summary>
    public static void WriteProcess(Utf8JsonWriter writer, ProcessState state)
    {
        ProxyOptions options = state.Options;
        long available = Heap.AvailableBytes;
        writer.WriteStartObject("process");
        writer.WriteString("version", typeof(ProcessFigures).Assembly.GetName().Version!.ToString(3));
        writer.WriteString("startedAt", state.StartedAt);
        writer.WriteNumber("uptimeSeconds", state.Uptime.TotalSeconds);
        writer.WriteString("mode", state.Backends.Group is { } group ? group.Mode.ToString().ToLowerInvariant() : "alone");
        writer.WriteString("backend", options.Backend.Kind.ToString().ToLowerInvariant());
        if (options.Backend.Kind == BackendKind.DynamoDb)
        {
            RemoteEndpoint remote = RemoteEndpoint.Of(options.Backend.EffectiveRegion, options.Backend.Endpoint);
            writer.WriteString("endpoint", remote.DynamoDb.AbsoluteUri);
        }

        writer.WriteNumber("memoryBytes", Environment.WorkingSet);
        writer.WriteNumber("heapBytes", GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        writer.WriteNumber("availableBytes", available);
        (long itemBytes, long queryBytes) = CacheLimits(options);
        writer.WriteNumber("itemCacheMaxBytes", itemBytes);
        writer.WriteNumber("queryCacheMaxBytes", queryBytes);
        writer.WriteEndObject();
    }

    /// <summary>What the caches may hold; 0 for one that is off.</summary>
    public static (long ItemBytes, long QueryBytes) CacheLimits(ProxyOptions options)
    {
        long available = Heap.AvailableBytes;
        return (
            options.ItemCache.Enabled ? options.ItemCache.EffectiveMaxBytes(available) : 0,
            options.QueryCache.Enabled ? options.QueryCache.EffectiveMaxBytes(available) : 0);
    }

    /// <summary>How many requests there were since the start, how many were hits, and how long both took.</summary>
    public static void WriteTraffic(Utf8JsonWriter writer, TrafficPoint all)
    {
        writer.WriteStartObject("traffic");
        writer.WriteNumber("requests", all.Requests);
        writer.WriteNumber("reads", all.Reads);
        writer.WriteNumber("hits", all.Hits);
        foreach ((string name, TrafficTimes times) in new[] { ("hit", all.Hit), ("miss", all.Miss), ("backend", all.Backend) })
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("count", times.Count);
            writer.WriteNumber("p50Microseconds", times.Median.TotalMicroseconds);
            writer.WriteNumber("p99Microseconds", times.P99.TotalMicroseconds);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>How each table is cached, by which rules of the configuration, how often it was throttled; how many there are.</summary>
    public static void WriteTables(Utf8JsonWriter writer, ProcessState state, ShownTables tables)
    {
        BackendStack backends = state.Backends;
        TableSettings ofTables = new(state.Options);
        Dictionary<string, long> refused = (backends.RefusedRequests?.Invoke() ?? [])
            .ToDictionary(table => table.TableName, table => table.Reads + table.Writes, StringComparer.Ordinal);
        writer.WriteNumber("tablesKnown", tables.Known);
        writer.WriteNumber("tablesFound", tables.Found);
        (string Rule, TablePattern Pattern)[] rules =
            [.. state.Options.Tables.Keys.Order(StringComparer.Ordinal).Select(rule => (rule, TablePattern.TryParse(rule)!))];
        writer.WriteStartObject("tables");
        foreach (CatalogTable table in tables.Named)
        {
            string name = table.Info.TableName;
            TableCacheSettings settings = table.Settings;
            writer.WriteStartObject(name);
            writer.WriteBoolean("cachesItems", settings.CachesItems);
            writer.WriteNumber("timeToLiveSeconds", settings.TimeToLive.TotalSeconds);
            writer.WriteNumber("negativeTimeToLiveSeconds", settings.NegativeTimeToLive.TotalSeconds);
            writer.WriteNumber("queryTimeToLiveSeconds", settings.QueryTimeToLive.TotalSeconds);
            writer.WriteBoolean("daxCompatible", settings.DaxCompatible);
            if (backends.Group is not null)
            {
                writer.WriteString("groupMode", ofTables.ModeOf(name).ToString().ToLowerInvariant());
            }

            writer.WriteNumber("throttled", refused.GetValueOrDefault(name) + (backends.Resilience?.ThrottlesOf(name) ?? 0));
            writer.WriteStartArray("rules");
            foreach ((string rule, TablePattern pattern) in rules)
            {
                if (pattern.MatchesTable(name))
                {
                    writer.WriteStringValue(rule);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>The last lines of the log that tell of something wrong, the newest first.</summary>
    public static void WriteLines(Utf8JsonWriter writer, RecentLines lines)
    {
        writer.WriteStartArray("recentLog");
        foreach (RecentLine line in lines.Lines)
        {
            writer.WriteStartObject();
            writer.WriteString("at", line.At);
            writer.WriteString("level", line.Level.ToString().ToLowerInvariant());
            writer.WriteNumber("event", line.Event);
            writer.WriteString("text", line.Text);
            writer.WriteNumber("count", line.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
