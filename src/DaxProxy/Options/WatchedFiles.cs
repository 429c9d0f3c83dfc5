namespace DaxProxy.Options;

/// <summary>
/// Something that was read from files, and is read again once they have changed. While they cannot be read, what was read stays.
/// </summary>
/// <remarks>
/// Thread-safe. Files are checked for changes no more than every few seconds, by the first caller after that time. A file that is read in
/// the middle of being written is read again when it is complete, as that changes it once more.
/// </remarks>
/// <typeparam name="T">What is read.</typeparam>
internal sealed class WatchedFiles<T>
    where T : class
{
    /// <summary>How old what was read may be.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    private readonly Func<string[]> paths;
    private readonly Func<T> read;
    private readonly Action<Exception?> changed;
    private readonly TimeProvider time;
    private readonly Lock checking = new();
    private (string Path, FileStamp Stamp)[]? stamps;
    private bool isFailing;
    private long checkedAt;
    private volatile T current;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="read">Reads them all.</param>
    /// <param name="changed">Told that they have changed; with the fault when they could not be read then.</param>
    /// <param name="time">The clock.</param>
    public WatchedFiles(string[] paths, Func<T> read, Action<Exception?> changed, TimeProvider time)
        : this(() => paths, read, changed, time)
    {
    }

    /// <summary>The same of files that may become more and fewer.</summary>
    /// <param name="paths">Finds the files, always in the same order.</param>
    /// <param name="read">Reads them all.</param>
    /// <param name="changed">Told that they have changed; with the fault when they could not be read then.</param>
    /// <param name="time">The clock.</param>
    public WatchedFiles(Func<string[]> paths, Func<T> read, Action<Exception?> changed, TimeProvider time)
    {
        this.paths = paths;
        this.read = read;
        this.changed = changed;
        this.time = time;
        checkedAt = time.GetTimestamp();
        stamps = Stamp();
        current = read();
    }

    /// <summary>What was read last.</summary>
    public T Current
    {
        get
        {
            if (time.GetElapsedTime(Volatile.Read(ref checkedAt)) >= CheckInterval && checking.TryEnter())
            {
                try
                {
                    Volatile.Write(ref checkedAt, time.GetTimestamp());
                    Check();
                }
                finally
                {
                    checking.Exit();
                }
            }

            return current;
        }
    }

    private (string Path, FileStamp Stamp)[] Stamp() => Array.ConvertAll(paths(), path => (path, FileStamp.Of(path)));

    private void Check()
    {
        (string Path, FileStamp Stamp)[]? now = null;
        try
        {
            now = Stamp();
            if (isFailing || !AreSame(now, stamps))
            {
                current = read();
                (stamps, isFailing) = (now, false);
                changed(null);
            }
        }
        catch (Exception exception)
        {
            // Tried again at each check, as the fault may pass without a change of the files; told once for each of their states.
            bool isTold = isFailing && AreSame(now, stamps);
            (stamps, isFailing) = (now, true);
            if (!isTold)
            {
                changed(exception);
            }
        }
    }

    private static bool AreSame((string Path, FileStamp Stamp)[]? one, (string Path, FileStamp Stamp)[]? other) =>
        one is null || other is null ? one is null && other is null : one.AsSpan().SequenceEqual(other);
}
