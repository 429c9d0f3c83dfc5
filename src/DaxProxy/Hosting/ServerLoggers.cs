using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>
/// What the HTTP server logs by. A warning with an exception is about a connection that a client has broken. Some ways to do that are
/// faults of the server's own reader: header 0 of HTTP/2's table is one. It becomes one line without a stack trace, not more than one a
/// second, so that a client cannot fill the disk with it. Where it happened is logged at the level Debug. The rest passes as it is.
/// </summary>
/// <remarks>Thread-safe. The factory inside is not disposed.</remarks>
internal sealed class ServerLoggers(ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    private readonly ILogger own = inner.CreateLogger("DaxProxy");
    private readonly Lock gate = new();
    private long? lastLineAt;
    private long silent;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new OneLine(this, inner.CreateLogger(categoryName));

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Report(Exception fault)
    {
        long before;
        lock (gate)
        {
            long now = time.GetTimestamp();
            if (lastLineAt is { } last && time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(1))
            {
                silent++;
                return;
            }

            before = silent;
            (lastLineAt, silent) = (now, 0);
        }

        Log.ConnectionBroken(own, UnexpectedFaults.TextOf(fault), before);
    }

    private sealed class OneLine(ServerLoggers loggers, ILogger logger) : ILogger
    {
        /// <inheritdoc/>
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        /// <inheritdoc/>
        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        /// <inheritdoc/>
        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning && exception is not null)
            {
                loggers.Report(exception);
                logLevel = LogLevel.Debug;
            }

            if (logger.IsEnabled(logLevel))
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
