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

    /// <summary>Where the lines that are written at once end, a line more or less.</summary>
    private const int MaxBatchBytes = 1 << 20;

    /// <summary>Most lines that wait to be written.</summary>
    private const int MaxWaiting = 8192;

    /// <summary>Files that were set aside and are kept.</summary>
    private const int MaxFiles = 4;

    private readonly Channel<AuditRecord> waiting;
    private readonly string path;
    private readonly long maxBytes;
    private readonly ILogger logger;
    private readonly Task writing;
    private FileStream file;
    private long lost;
    private bool isFailing;

    private AuditLog(string path, long maxBytes, ILogger logger)
    {
        this.path = path;
        this.maxBytes = maxBytes;
        this.logger = logger;
        file = OpenFile();
        waiting = Channel.CreateBounded<AuditRecord>(
            new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite },
            _ => Interlocked.Increment(ref lost));
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Opens the configured file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be written. The message names the option and the remedy.</exception>
    public static AuditLog? Of(AuditOptions options, ILogger logger)
    {
        if (options.LogFile.Length == 0)
        {
            return null;
        }

        try
        {
            return new AuditLog(Path.GetFullPath(options.LogFile), options.MaxFileBytes, logger);
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

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing.ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
    }

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
            int count = 0;
            while (lines.WrittenCount < MaxBatchBytes && waiting.Reader.TryRead(out AuditRecord? record))
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
            writer.WriteString("wire"u8, record.Origin.Wire == Frontend.Dax ? "dax"u8 : "http"u8);
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
