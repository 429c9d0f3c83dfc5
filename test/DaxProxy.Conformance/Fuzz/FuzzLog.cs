using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>Keeps what the log must not show: errors, warnings with an exception, and where a request broke something.</summary>
internal sealed class FuzzLog : ILoggerFactory, ILogger
{
    /// <summary>The event that says where a request broke something, at the level Debug.</summary>
    private const int RequestFailedAt = 13;

    /// <summary>The event of a connection that broke the HTTP server's own reader.</summary>
    private const int ConnectionBroken = 90;

    /// <summary>
    /// What that reader makes of header 0 of HTTP/2's table, which does not exist: a known fault of Kestrel's, of one connection.
    /// </summary>
    private const string HeaderZero = nameof(IndexOutOfRangeException);

    /// <summary>
    /// What it makes of a frame of headers whose padding leaves no room for the priority that it says it has: another one, likewise.
    /// </summary>
    private const string PaddedAway = nameof(ArgumentOutOfRangeException) + ": Specified argument was out of the range of valid values. (Parameter 'length')";

    private readonly ConcurrentQueue<string> faults = [];

    /// <summary>Takes what has come since the last time.</summary>
    public List<string> Take()
    {
        List<string> taken = [];
        while (faults.TryDequeue(out string? fault))
        {
            taken.Add(fault);
        }

        return taken;
    }

    public ILogger CreateLogger(string categoryName) => categoryName == nameof(DaxProxy) ? this : new Others(this);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == RequestFailedAt
            || (eventId.Id == ConnectionBroken && !IsKnown(formatter(state, exception)))
            || logLevel >= LogLevel.Error
            || (logLevel == LogLevel.Warning && exception is not null))
        {
            faults.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }

    private static bool IsKnown(string line) =>
        line.Contains(HeaderZero, StringComparison.Ordinal) || line.Contains(PaddedAway, StringComparison.Ordinal);

    /// <summary>The server's own lines, of which those about clients are below warnings.</summary>
    private sealed class Others(FuzzLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Log(logLevel, default, state, exception, formatter);
            }
        }
    }
}
