using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace DaxProxy.Telemetry;

/// <summary>
/// A file of one JSON object a line, which is set aside when it has grown. Requests never wait for it: lines that it cannot take are
/// counted, and the count is a line of its own as soon as there is room.
/// </summary>
/// <remarks>Thread-safe. One task writes; what has gathered is written at once.</remarks>
/// <typeparam name="T">What a line tells.</typeparam>
internal sealed class LineFile<T> : IAsyncDisposable
{
    /// <summary>Where the lines that are written at once end, a line more or less; half a file where that is less.</summary>
    private const long MaxBatchBytes = 1 << 20;

    /// <summary>Most lines that wait to be written.</summary>
    private const int MaxWaiting = 8192;

    /// <summary>Files that were set aside and are kept.</summary>
    private const int MaxFiles = 4;

    private readonly Channel<T> waiting;
    private readonly string path;
    private readonly long maxBytes;
    private readonly Action<Utf8JsonWriter, T> write;
    private readonly Action<string, Exception> onFailing;
    private readonly Task writing;
    private FileStream file;
    private long untold;
    private long lost;
    private bool isFailing;

    private LineFile(string path, long maxBytes, Action<Utf8JsonWriter, T> write, Action<string, Exception> onFailing)
    {
        this.path = path;
        this.maxBytes = maxBytes;
        this.write = write;
        this.onFailing = onFailing;
        file = OpenFile();
        waiting = Channel.CreateBounded<T>(
            new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => Lose(1));
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Lines that were not written.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Opens a file; null when none is named.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="name">Its name; empty for none.</param>
    /// <param name="maxBytes">How long it may become before it is set aside.</param>
    /// <param name="write">Writes the members of a line's object.</param>
    /// <param name="onFailing">Told when it cannot be written, once until it can be.</param>
    /// <exception cref="IOException">It cannot be written. The message names the option and the remedy.</exception>
    public static LineFile<T>? Of(
        string option, string name, long maxBytes, Action<Utf8JsonWriter, T> write, Action<string, Exception> onFailing)
    {
        if (name.Length == 0)
        {
            return null;
        }

        try
        {
            return new LineFile<T>(Path.GetFullPath(name), maxBytes, write, onFailing);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"{option}: {name} cannot be written; name a file in a folder that exists and is writable", exception);
        }
    }

    /// <summary>Has a line written; waits for nothing.</summary>
    public void Write(T line)
    {
        if (!waiting.Writer.TryWrite(line))
        {
            Lose(1);
        }
    }

    /// <summary>Counts lines that are not to be written.</summary>
    public void Lose(long lines)
    {
        Interlocked.Add(ref untold, lines);
        Interlocked.Add(ref lost, lines);
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
        // Without a buffer of its own: what could not be written is counted as lost, and must not come later, nor make closing fail.
        FileStreamOptions options = new()
        {
            Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0,
        };
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
        while (lines.WrittenCount < Math.Min(MaxBatchBytes, maxBytes / 2) && waiting.Reader.TryRead(out T? line))
        {
            Append(lines, line, write);
            count++;
        }

        long missing = Interlocked.Exchange(ref untold, 0);
        if (missing > 0)
        {
            Append(lines, missing, static (writer, number) => writer.WriteNumber("lostLines"u8, number));
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
            Interlocked.Add(ref untold, missing);
            Lose(count);
            if (!isFailing)
            {
                onFailing(path, exception);
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

    private static void Append<TLine>(ArrayBufferWriter<byte> lines, TLine line, Action<Utf8JsonWriter, TLine> write)
    {
        using (Utf8JsonWriter writer = new(lines))
        {
            writer.WriteStartObject();
            write(writer, line);
            writer.WriteEndObject();
        }

        lines.Write("\n"u8);
    }
}
