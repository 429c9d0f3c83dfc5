using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaxProxy.Telemetry;

/// <summary>A line of the log, without its end.</summary>
internal static class LogLine
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>What of an event's own values a JSON line has members of their own for, by its name there.</summary>
    private static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["RequestId"] = "requestId",
        ["Table"] = "table",
        ["Operation"] = "operation",
    };

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line for people: <c>2026-11-29T08:15:02.123Z warn: DaxProxy[12] What happened. Exception, if there is one</c>.</summary>
    public static string Text(DateTimeOffset at, LogLevel level, string category, int id, string message, Exception? exception)
    {
        string severity = level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
        string text = $"{message} {exception}".TrimEnd().ReplaceLineEndings(" ");
        return $"{at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)} {severity}: {category}[{id}] {text}";
    }

    /// <summary>
    /// A line for what collects logs: an object with <c>time</c>, <c>level</c>, <c>category</c>, <c>event</c>, <c>message</c>, and where
    /// the event has them <c>requestId</c>, <c>table</c>, <c>operation</c>, <c>error</c>.
    /// </summary>
    public static string Json(
        DateTimeOffset at, LogLevel level, string category, int id, string message, Exception? exception, object? values)
    {
        ArrayBufferWriter<byte> line = new();
        using Utf8JsonWriter writer = new(line, Readable);
        writer.WriteStartObject();
        writer.WriteString("time", at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        writer.WriteString("level", level.ToString().ToLowerInvariant());
        writer.WriteString("category", category);
        writer.WriteNumber("event", id);
        writer.WriteString("message", message);
        foreach ((string name, object? value) in values as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            if (Members.TryGetValue(name, out string? member))
            {
                writer.WriteString(member, value?.ToString());
            }
        }

        if (exception is not null)
        {
            writer.WriteString("error", exception.ToString());
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }
}
