using System.Buffers;
using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Core.Caching.Auditing;
using DaxProxy.Core.Caching.Following;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Group;
using DaxProxy.Resilience;
using DaxProxy.Simulation;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>The body of <c>/api/stats</c>.</summary>
internal static class Statistics
{
    /// <summary>
    /// Counts and latencies (microseconds) per operation; figures of the cache per table, and how the caches do, when there are any; those
    /// of a remote backend; those of the process as a whole.
    /// </summary>
    /// <param name="state">What is told about.</param>
    /// <param name="tables">The tables that are named.</param>
    public static byte[] Write(ProcessState state, ShownTables tables)
    {
        BackendStack backends = state.Backends;
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteStartObject("operations");
        foreach (IGrouping<string, OperationStatistics> operation in state.Metrics.Operations.GroupBy(wire => wire.Operation))
        {
            WriteOperation(writer, operation.Key, [.. operation]);
        }

        writer.WriteEndObject();
        TableFigures.Write(writer, tables);
        if (backends.Caching?.Backend.Health is { } health)
        {
            writer.WriteStartObject("cacheHealth");
            writer.WriteNumber("faults", health.Faults);
            if (health.DegradedSince is { } since)
            {
                writer.WriteString("degradedSince", since);
            }

            writer.WriteEndObject();
        }

        if (backends.Resilience is { } resilience)
        {
            WriteBackend(writer, resilience, backends.Outage);
        }

        if (backends.Group is { } group)
        {
            WriteGroup(writer, group);
        }

        if (backends.Following is { } following)
        {
            WriteStreams(writer, following);
        }

        if (backends.Auditing is { } auditing)
        {
            WriteAudit(writer, auditing);
        }

        WriteFaults(writer, state.Simulation);
        Savings.Of(state).Write(writer);
        ProcessFigures.WriteProcess(writer, state);
        ProcessFigures.WriteTraffic(writer, state.History.SinceStart(state.Uptime));
        ProcessFigures.WriteTables(writer, state, tables);
        ProcessFigures.WriteLines(writer, state.Lines);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteGroup(Utf8JsonWriter writer, GroupLink group)
    {
        GroupStatus status = group.Status;
        writer.WriteStartObject("group");
        writer.WriteString("mode", group.Mode.ToString().ToLowerInvariant());
        writer.WriteString("node", status.Node);
        writer.WriteBoolean("joined", status.IsJoined);
        writer.WriteNumber("leaseLeftSeconds", status.LeaseLeft.TotalSeconds);
        WriteNames(writer, "members", status.Members);
        WriteNames(writer, "lost", status.Lapsed);
        writer.WriteNumber("messagesSent", status.Figures.Told);
        writer.WriteNumber("messagesHeard", status.Figures.Heard);
        writer.WriteNumber("gaps", status.Figures.Gaps);
        writer.WriteNumber("joins", status.Figures.Stays);
        writer.WriteNumber("membersLost", status.Figures.Lapses);
        writer.WriteNumber("overlaps", status.Figures.Overlaps);
        writer.WriteNumber("waitSeconds", status.Figures.Waited.TotalSeconds);
        if (group.SharesValues)
        {
            writer.WriteNumber("sharedHits", status.Figures.SharedHits);
            writer.WriteNumber("sharedMisses", status.Figures.SharedMisses);
            writer.WriteNumber("sharedFaults", status.Figures.SharedFaults);
        }

        writer.WriteEndObject();
    }

    private static void WriteStreams(Utf8JsonWriter writer, StreamFollowing following)
    {
        writer.WriteStartObject("streams");
        foreach (StreamFollowerStatus status in following.Statuses)
        {
            writer.WriteStartObject(status.TableName);
            writer.WriteBoolean("fresh", status.IsFresh);
            writer.WriteBoolean("reader", status.IsReader);
            if (status.Lag is { } lag)
            {
                writer.WriteNumber("lagSeconds", lag.TotalSeconds);
            }

            writer.WriteNumber("shards", status.Shards);
            writer.WriteNumber("records", status.Records);
            writer.WriteNumber("gaps", status.Gaps);
            if (status.Fault != StreamFault.None)
            {
                writer.WriteString("fault", status.FaultCode is { } code ? FaultText.Code(code) : status.Fault.ToString());
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteNumber("streamOwnChanges", following.OwnChanges);
    }

    private static void WriteAudit(Utf8JsonWriter writer, Auditing auditing)
    {
        writer.WriteStartObject("auditor");
        writer.WriteNumber("lost", auditing.Lost);
        writer.WriteNumber("capacityUnits", auditing.Units);
        writer.WriteStartObject("tables");
        foreach (AuditFigures table in auditing.Figures)
        {
            writer.WriteStartObject(table.TableName);
            writer.WriteNumber("equal", table.Equal);
            writer.WriteNumber("stale", table.Stale);
            writer.WriteNumber("unknown", table.Unknown);
            writer.WriteNumber("longestStaleSeconds", table.LongestStale.TotalSeconds);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Nothing, unless faults are or were simulated.</summary>
    private static void WriteFaults(Utf8JsonWriter writer, FaultSimulation simulation)
    {
        (FaultKind Fault, long Count)[] counts = [.. FaultKinds.All.Select(fault => (fault, simulation.Total(fault)))];
        if (simulation.Running is null && !simulation.TakesHeader && Array.TrueForAll(counts, fault => fault.Count == 0))
        {
            return;
        }

        writer.WriteStartObject("simulation");
        writer.WriteBoolean("on", simulation.Running is not null);
        writer.WriteStartObject("faults");
        foreach ((FaultKind fault, long count) in counts)
        {
            writer.WriteNumber(FaultKinds.NameOf(fault), count);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string member, IReadOnlyList<string> names)
    {
        writer.WriteStartArray(member);
        foreach (string name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private static void WriteBackend(Utf8JsonWriter writer, ResilienceStatistics backend, BackendOutage outage)
    {
        writer.WriteStartObject("backend");
        writer.WriteNumber("outages", outage.Count);
        if (outage.Since is { } since)
        {
            writer.WriteString("outageSince", since);
        }

        writer.WriteNumber("requests", backend.Requests);
        writer.WriteNumber("retriesThrottled", backend.RetriesThrottled);
        writer.WriteNumber("retriesNeverSent", backend.RetriesNeverSent);
        writer.WriteNumber("retriesUnknown", backend.RetriesUnknown);
        writer.WriteNumber("retriesDenied", backend.Denials);
        writer.WriteNumber("hedges", backend.Hedges);
        writer.WriteNumber("hedgesWon", backend.HedgesWon);
        writer.WriteNumber("refusedBroken", backend.RefusedBroken);
        writer.WriteNumber("refusedFull", backend.RefusedFull);
        writer.WriteNumber("breaks", backend.Breaks);
        writer.WriteNumber("broken", backend.OpenBreakers);
        writer.WriteEndObject();
    }

    private static void WriteOperation(Utf8JsonWriter writer, string name, OperationStatistics[] wires)
    {
        LatencySnapshot latency = LatencySnapshot.Sum(wires.Select(wire => wire.Latency));
        writer.WriteStartObject(name);
        writer.WriteNumber("count", wires.Sum(wire => wire.Succeeded + wire.Refused + wire.Failed));
        writer.WriteNumber("refusals", wires.Sum(wire => wire.Refused));
        writer.WriteNumber("failures", wires.Sum(wire => wire.Failed));
        writer.WriteNumber("p50Microseconds", latency.Percentile(0.5).TotalMicroseconds);
        writer.WriteNumber("p90Microseconds", latency.Percentile(0.9).TotalMicroseconds);
        writer.WriteNumber("p99Microseconds", latency.Percentile(0.99).TotalMicroseconds);
        writer.WriteNumber("p999Microseconds", latency.Percentile(0.999).TotalMicroseconds);
        writer.WriteEndObject();
    }
}
