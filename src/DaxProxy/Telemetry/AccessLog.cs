using System.Text.Json;
using DaxProxy.Options;

namespace DaxProxy.Telemetry;

/// <summary>The access log: a file with a line of JSON for each request, or for a share of them.</summary>
internal static class AccessLog
{
    /// <summary>Opens the configured file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be written. The message names the option and the remedy.</exception>
    public static LineFile<AccessRecord>? Of(TelemetryOptions options, ILogger logger) => LineFile<AccessRecord>.Of(
        "Telemetry:AccessLog",
        options.AccessLog,
        options.AccessLogMaxBytes,
        Write,
        (path, fault) => Log.AccessLogFailed(logger, path, fault));

    private static void Write(Utf8JsonWriter line, AccessRecord record)
    {
        line.WriteString("time"u8, record.Time.UtcDateTime);
        line.WriteString("requestId"u8, record.Id);
        line.WriteString("wire"u8, Metrics.NameOf(record.Wire));
        line.WriteString("operation"u8, record.Operation);
        if (record.Tables is [{ } table])
        {
            line.WriteString("table"u8, table);
        }
        else if (record.Tables.Count > 0)
        {
            line.WriteStartArray("tables"u8);
            foreach (string name in record.Tables)
            {
                line.WriteStringValue(name);
            }

            line.WriteEndArray();
        }

        line.WriteString("outcome"u8, RequestOutcomes.NameOf(record.Outcome));
        if (record.Error is not null)
        {
            line.WriteString("error"u8, record.Error);
        }

        line.WriteNumber("microseconds"u8, (long)record.Latency.TotalMicroseconds);
        if (record.Units is { } units)
        {
            line.WriteNumber("units"u8, units);
        }

        if (record.TraceId is not null)
        {
            line.WriteString("traceId"u8, record.TraceId);
        }
    }
}
