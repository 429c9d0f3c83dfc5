using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaxProxy.Conformance.Security;

/// <summary>Keeps every line that is logged at any level, faults included.</summary>
internal sealed class RecordingLoggers : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Those of the lines that an operator sees by default: warnings, and what is worse.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception) + exception;
        Lines.Enqueue(line);
        if (logLevel >= LogLevel.Warning)
        {
            Warnings.Enqueue(line);
        }
    }

    public void Dispose()
    {
    }
}
