using System.Text.Json;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Policies;

/// <summary>The audit log: a file with a line of JSON for each request that is refused, and for each that manages something.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuditLog : IAsyncDisposable
{
    /// <summary>Most lines of a second about requests of strangers.</summary>
    private const int MaxStrangersPerSecond = 20;

    /// <summary>Longest text of a stranger that is written down: no id of a key is longer, nor any path.</summary>
    private const int LongestOfStranger = 128;

    private readonly LineFile<AuditRecord> file;
    private readonly TimeProvider time;
    private readonly Lock strangers = new();
    private long strangersSince;
    private int strangersNoted;

    private AuditLog(LineFile<AuditRecord> file, TimeProvider time)
    {
        this.file = file;
        this.time = time;
        strangersSince = time.GetTimestamp();
    }

    /// <summary>Lines that were not written.</summary>
    public long Lost => file.Lost;

    /// <summary>Opens the configured file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be written. The message names the option and the remedy.</exception>
    public static AuditLog? Of(AuditOptions options, ILogger logger, TimeProvider time)
    {
        LineFile<AuditRecord>? opened = LineFile<AuditRecord>.Of(
            "Audit:LogFile", options.LogFile, options.MaxFileBytes, Write, (path, fault) => Log.AuditFailed(logger, path, fault));
        return opened is null ? null : new AuditLog(opened, time);
    }

    /// <summary>Has a line written; waits for nothing.</summary>
    public void Write(AuditRecord record) => file.Write(record);

    /// <summary>
    /// Has a line written of a request that was refused for who sent it; waits for nothing. Anyone can send such requests. Of those of a
    /// second only the first have lines, and the others count as lost: so a flood of them does not push out what others have done.
    /// </summary>
    /// <param name="origin">Where it came from.</param>
    /// <param name="action">What was asked for, as far as that is known.</param>
    /// <param name="resource">What it was about, as far as that is known.</param>
    /// <param name="accessKeyId">Id of the access key that it names; null where it names none.</param>
    /// <param name="reason">What it was refused for.</param>
    public void WriteStranger(RequestOrigin origin, string action, string resource, string? accessKeyId, string reason)
    {
        if (!MayNoteStranger())
        {
            file.Lose(1);
            return;
        }

        Write(new AuditRecord(time.GetUtcNow(), null, origin, action, Short(resource), IsAllowed: false, null, reason)
        {
            AccessKeyId = accessKeyId is null ? null : Short(accessKeyId),
        });
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public ValueTask DisposeAsync() => file.DisposeAsync();

    private bool MayNoteStranger()
    {
        lock (strangers)
        {
            if (time.GetElapsedTime(strangersSince) >= TimeSpan.FromSeconds(1))
            {
                strangersSince = time.GetTimestamp();
                strangersNoted = 0;
            }

            return strangersNoted++ < MaxStrangersPerSecond;
        }
    }

    private static string Short(string text) => text.Length <= LongestOfStranger ? text : text[..LongestOfStranger];

    private static void Write(Utf8JsonWriter line, AuditRecord record)
    {
        line.WriteString("time"u8, record.Time.UtcDateTime);
        line.WriteString("caller"u8, record.Caller);
        if (record.AccessKeyId is not null)
        {
            line.WriteString("accessKeyId"u8, record.AccessKeyId);
        }

        line.WriteString("wire"u8, record.Origin.Wire switch
        {
            Frontend.Dax => "dax"u8,
            Frontend.Admin => "admin"u8,
            _ => "http"u8,
        });
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
