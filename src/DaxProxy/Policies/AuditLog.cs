using System.Text.Json;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Policies;

/// <summary>The audit log: a file with a line of JSON for each request that policies refuse, and for each that manages something.</summary>
internal static class AuditLog
{
    /// <summary>Opens the configured file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be written. The message names the option and the remedy.</exception>
    public static LineFile<AuditRecord>? Of(AuditOptions options, ILogger logger) => LineFile<AuditRecord>.Of(
        "Audit:LogFile", options.LogFile, options.MaxFileBytes, Write, (path, fault) => Log.AuditFailed(logger, path, fault));

    private static void Write(Utf8JsonWriter line, AuditRecord record)
    {
        line.WriteString("time"u8, record.Time.UtcDateTime);
        line.WriteString("caller"u8, record.Caller);
        line.WriteString("wire"u8, record.Origin.Wire == Frontend.Dax ? "dax"u8 : "http"u8);
        line.WriteString("address"u8, record.Origin.Address?.ToString());
        line.WriteString("action"u8, record.Action);
        line.WriteString("resource"u8, record.Resource);
        line.WriteString("outcome"u8, record.IsAllowed ? "allowed"u8 : "refused"u8);
        if (record.Statement is not null)
        {
            line.WriteString("statement"u8, record.Statement);
        }

        if (record.Reason is not null)
        {
            line.WriteString("reason"u8, record.Reason);
        }
    }
}
