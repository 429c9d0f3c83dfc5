using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaxProxy.Conformance.Remote;

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLogger : ILogger
{
    /// <summary>The lines, each with its exception.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
}
