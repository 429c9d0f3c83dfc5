namespace DaxProxy.Telemetry;

/// <summary>
/// The last lines of the log that tell of something wrong, for who looks at the admin port. As the log, it holds no keys, values or
/// secrets; what the level of the log leaves out is not in it either.
/// </summary>
/// <remarks>Thread-safe; its memory is bounded.</remarks>
/// <param name="time">The clock.</param>
internal sealed class RecentLines(TimeProvider time) : ILoggerProvider, ILogger
{
    /// <summary>How many lines are kept.</summary>
    public const int MostLines = 50;

    private const int MaxTextLength = 500;

    private readonly Lock gate = new();
    private readonly Queue<RecentLine> lines = new();

    /// <summary>The lines, the newest first.</summary>
    public IReadOnlyList<RecentLine> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines.Reverse()];
            }
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string text = exception is null
            ? formatter(state, exception)
            : $"{formatter(state, exception)} ({UnexpectedFaults.TextOf(exception)})";
        RecentLine line = new(
            time.GetUtcNow(), logLevel, eventId.Id, text.Length <= MaxTextLength ? text : text[..MaxTextLength] + "…");
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > MostLines)
            {
                lines.Dequeue();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The factory disposes what it was given; the lines may still be read.
    }
}
