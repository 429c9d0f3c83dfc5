using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace DaxProxy.Telemetry;

/// <summary>The process's log: a line an event, on standard error.</summary>
/// <remarks>
/// <code>
/// warn: DaxProxy[12] What happened. Exception, if there is one, on the same line
/// </code>
/// Made by hand, as the container that would make it takes longer to start than the storage does.
/// </remarks>
internal static class ConsoleLog
{
    /// <summary>Starts it; the caller ends it.</summary>
    /// <param name="least">What is less important is left out.</param>
    public static ILoggerFactory Start(LogLevel least)
    {
        ConsoleLoggerOptions options = new() { FormatterName = LineFormatter.Is, LogToStandardErrorThreshold = LogLevel.Trace };
        return new LoggerFactory(
            [new ConsoleLoggerProvider(new Unchanging(options), [new LineFormatter()])],
            new LoggerFilterOptions { MinLevel = least });
    }

    private sealed class Unchanging(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }

    private sealed class LineFormatter() : ConsoleFormatter(Is)
    {
        public const string Is = "line";

        public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            string level = entry.LogLevel switch
            {
                LogLevel.Trace => "trce",
                LogLevel.Debug => "dbug",
                LogLevel.Information => "info",
                LogLevel.Warning => "warn",
                LogLevel.Error => "fail",
                _ => "crit",
            };
            string text = $"{entry.Formatter(entry.State, entry.Exception)} {entry.Exception}".TrimEnd();
            textWriter.WriteLine($"{level}: {entry.Category}[{entry.EventId.Id}] {text.ReplaceLineEndings(" ")}");
        }
    }
}
