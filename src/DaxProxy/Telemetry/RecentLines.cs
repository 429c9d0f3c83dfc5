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

    /// <summary>How many different lines of one event are.</summary>
    public const int MostOfOneEvent = 10;

    private const int MaxTextLength = 500;

    private readonly Lock gate = new();
    private readonly List<RecentLine> lines = [];

    /// <summary>The lines, the newest first.</summary>
    public IReadOnlyList<RecentLine> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. Enumerable.Reverse(lines)];
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
        if (IsEnabled(logLevel))
        {
            Add(logLevel, eventId, formatter(state, exception), exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The factory disposes what it was given; the lines may still be read.
    }

    /// <summary>Not generic, as a native program has each generic method once for every message that there is.</summary>
    private void Add(LogLevel logLevel, EventId eventId, string text, Exception? exception)
    {
        text = exception is null ? text : $"{text} ({UnexpectedFaults.TextOf(exception)})";
        text = text.Length <= MaxTextLength ? text : text[..MaxTextLength] + "…";
        lock (gate)
        {
            // Some faults write a line a request: what else happened must not be pushed out by it.
            int same = lines.FindIndex(line => line.Event == eventId.Id && line.Text == text);
            int count = same < 0 ? 1 : lines[same].Count + 1;
            int leaving = same >= 0 ? same
                : lines.Count(line => line.Event == eventId.Id) == MostOfOneEvent ? lines.FindIndex(line => line.Event == eventId.Id)
                : lines.Count == MostLines ? 0
                : -1;
            if (leaving >= 0)
            {
                lines.RemoveAt(leaving);
            }

            lines.Add(new RecentLine(time.GetUtcNow(), logLevel, eventId.Id, text, count));
        }
    }
}
