using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Policies;

/// <summary>
/// The audit log: a file of one JSON object a line, which is set aside when it has grown. Requests never wait for it: lines that it cannot
/// take are counted, and the count is a line of its own as soon as there is room.
/// </summary>
/// <remarks>Thread-safe. One task writes; what has gathered is written at once.</remarks>
internal sealed class AuditLog : IAsyncDisposable
{
    private const string Option = "Audit:LogFile";

    /// <summary>Where the lines that are written at once end, a line more or less; half a file where that is less.</summary>
    private const long MaxBatchBytes = 1 << 20;

    /// <summary>Most lines that wait to be written.</summary>
    private const int MaxWaiting = 8192;

    /// <summary>Files that were set aside and are kept.</summary>
    private const int MaxFiles = 4;

    /// <summary>Most lines of a second about requests of strangers.</summary>
    private const int MaxStrangersPerSecond = 20;

    /// <summary>Longest text of a stranger that is written down: no id of a key is longer, nor any path.</summary>
    private const int LongestOfStranger = 128;

    private readonly Channel<AuditRecord> waiting;
    private readonly string path;
    private readonly long maxBytes;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Task writing;
    private readonly Lock strangers = new();
    private FileStream file;
    private long lost;
    private bool isFailing;
    private long strangersSince;
    private int strangersNoted;

    private AuditLog(string path, long maxBytes, ILogger logger, TimeProvider time)
    {
        this.path = path;
        this.maxBytes = maxBytes;
        this.logger = logger;
        this.time = time;
        strangersSince = time.GetTimestamp();
        file = OpenFile();
        waiting = Channel.CreateBounded<AuditRecord>(
            new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite },
            _ => Interlocked.Increment(ref lost));
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Opens the configured file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be written. The message names the option and the remedy.</exception>
    public static AuditLog? Of(AuditOptions options, ILogger logger, TimeProvider time)
    {
        if (options.LogFile.Length == 0)
        {
            return null;
        }

        try
        {
            return new AuditLog(Path.GetFullPath(options.LogFile), options.MaxFileBytes, logger, time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException(
                $"{Option}: {options.LogFile} cannot be written; name a file in a folder that exists and is writable", exception);
        }
    }

    /// <summary>Has a line written; waits for nothing.</summary>
    public void Write(AuditRecord record)
    {
        if (!waiting.Writer.TryWrite(record))
        {
            Interlocked.Increment(ref lost);
        }
    }

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
            Interlocked.Increment(ref lost);
            return;
        }

        Write(new AuditRecord(time.GetUtcNow(), null, origin, action, Short(resource), IsAllowed: false, null, reason)
        {
            AccessKeyId = accessKeyId is null ? null : Short(accessKeyId),
        });
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing.ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
    }

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

    private FileStream OpenFile()
    {
        FileStreamOptions options = new() { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private async Task WriteAllAsync()
    {
        ArrayBufferWriter<byte> lines = new();
        while (await waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await WriteGatheredAsync(lines).ConfigureAwait(false);
        }

        // What was lost since the last line.
        await WriteGatheredAsync(lines).ConfigureAwait(false);
    }

    private async Task WriteGatheredAsync(ArrayBufferWriter<byte> lines)
    {
        int count = 0;
        while (lines.WrittenCount < Math.Min(MaxBatchBytes, maxBytes / 2) && waiting.Reader.TryRead(out AuditRecord? record))
        {
            Append(lines, record);
            count++;
        }

        long missing = Interlocked.Exchange(ref lost, 0);
        if (missing > 0)
        {
            AppendLost(lines, missing);
        }

        try
        {
            if (!file.CanWrite)
            {
                // It could not be opened when it was set aside last.
                file = OpenFile();
            }

            if (file.Length > 0 && file.Length + lines.WrittenCount > maxBytes)
            {
                await SetAsideAsync().ConfigureAwait(false);
            }

            await file.WriteAsync(lines.WrittenMemory).ConfigureAwait(false);
            await file.FlushAsync().ConfigureAwait(false);
            isFailing = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Interlocked.Add(ref lost, count + missing);
            if (!isFailing)
            {
                Log.AuditFailed(logger, path, exception);
            }

            isFailing = true;
        }

        lines.ResetWrittenCount();
    }

    private async Task SetAsideAsync()
    {
        await file.DisposeAsync().ConfigureAwait(false);
        try
        {
            for (int number = MaxFiles - 1; number >= 1; number--)
            {
                if (File.Exists($"{path}.{number}"))
                {
                    File.Move($"{path}.{number}", $"{path}.{number + 1}", overwrite: true);
                }
            }

            File.Move(path, path + ".1", overwrite: true);
        }
        finally
        {
            file = OpenFile();
        }
    }

    private static void Append(ArrayBufferWriter<byte> lines, AuditRecord record)
    {
        using (Utf8JsonWriter writer = new(lines))
        {
            writer.WriteStartObject();
            writer.WriteString("time"u8, record.Time.UtcDateTime);
            writer.WriteString("caller"u8, record.Caller);
            if (record.AccessKeyId is not null)
            {
                writer.WriteString("accessKeyId"u8, record.AccessKeyId);
            }

            writer.WriteString("wire"u8, record.Origin.Wire switch
            {
                Frontend.Dax => "dax"u8,
                Frontend.Admin => "admin"u8,
                _ => "http"u8,
            });
            writer.WriteString("address"u8, record.Origin.Address?.ToString());
            writer.WriteString("action"u8, record.Action);
            writer.WriteString("resource"u8, record.Resource);
            writer.WriteString("outcome"u8, record.IsAllowed ? "allowed"u8 : "refused"u8);
            if (record.Statement is not null)
            {
                writer.WriteString("statement"u8, record.Statement);
            }

            if (record.Reason is not null)
            {
                writer.WriteString("reason"u8, record.Reason);
            }

            writer.WriteEndObject();
        }

        lines.Write("\n"u8);
    }

    private static void AppendLost(ArrayBufferWriter<byte> lines, long count)
    {
        using (Utf8JsonWriter writer = new(lines))
        {
            writer.WriteStartObject();
            writer.WriteNumber("lostLines"u8, count);
            writer.WriteEndObject();
        }

        lines.Write("\n"u8);
    }
}
