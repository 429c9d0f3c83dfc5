using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace DaxProxy.Telemetry;

/// <summary>The process's log: a line an event, on standard error.</summary>
/// <remarks>Made by hand, as the container that would make it takes longer to start than the storage does.</remarks>
internal static class ConsoleLog
{
    /// <summary>Starts it; the caller ends it.</summary>
    /// <param name="options">What is left out, and how the rest is written.</param>
    /// <param name="time">The clock.</param>
    public static ILoggerFactory Start(TelemetryOptions options, TimeProvider time)
    {
        ConsoleLoggerOptions console = new() { FormatterName = LineFormatter.Is, LogToStandardErrorThreshold = LogLevel.Trace };
        LoggerFilterOptions filter = new() { MinLevel = options.LogLevel };
        foreach ((string category, LogLevel level) in LogLevelRules.Read(options.LogLevels))
        {
            filter.Rules.Add(new LoggerFilterRule(null, category, level, null));
        }

        return new LoggerFactory(
            [new ConsoleLoggerProvider(new Unchanging(console), [new LineFormatter(options.LogFormat == LogFormat.Json, time)])], filter);
    }

    private sealed class Unchanging(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }

    private sealed class LineFormatter(bool isJson, TimeProvider time) : ConsoleFormatter(Is)
    {
        public const string Is = "line";

        public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            string message = entry.Formatter(entry.State, entry.Exception);
            textWriter.WriteLine(isJson
                ? LogLine.Json(time.GetUtcNow(), entry.LogLevel, entry.Category, entry.EventId.Id, message, entry.Exception, entry.State)
                : LogLine.Text(time.GetUtcNow(), entry.LogLevel, entry.Category, entry.EventId.Id, message, entry.Exception));
        }
    }
}
