using System.Text.Json.Nodes;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

/// <summary>Lines of the log in both formats.</summary>
public sealed class LogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 9, 15, 2, 123, TimeSpan.FromHours(1));

    [Test]
    public void Text_IsOneLine_WithItsTime() => Assert.That(
        LogLine.Text(At, LogLevel.Warning, "DaxProxy", 12, "what\nhappened", new InvalidOperationException("why\r\nso")),
        Is.EqualTo("2026-11-29T08:15:02.123Z warn: DaxProxy[12] what happened System.InvalidOperationException: why so"));

    [Test]
    public void Json_IsOneLine_WithWhatTheEventHas()
    {
        KeyValuePair<string, object?>[] values =
            [new("RequestId", "R1"), new("Table", "a\"b"), new("Seconds", 4), new("{OriginalFormat}", "x")];
        string line = LogLine.Json(At, LogLevel.Error, "DaxProxy", 1, "what\nhappened", new InvalidOperationException("why"), values);
        Assert.That(line, Does.Not.Contain('\n'));
        JsonObject said = JsonNode.Parse(line)!.AsObject();
        Assert.That(
            said.Select(member => $"{member.Key}={member.Value}"),
            Is.EqualTo((string[])
            [
                "time=2026-11-29T08:15:02.123Z", "level=error", "category=DaxProxy", "event=1", "message=what\nhappened",
                "requestId=R1", "table=a\"b", "error=System.InvalidOperationException: why",
            ]));
    }

    [TestCase("", null)]
    [TestCase("Microsoft.AspNetCore=error, DaxProxy=debug", null)]
    [TestCase("DaxProxy", "DaxProxy")]
    [TestCase("DaxProxy=debug,Microsoft=loud", "Microsoft=loud")]
    [TestCase("=debug", "=debug")]
    public void Levels_AreChecked(string text, string? fault) => Assert.That(LogLevelRules.FindFault(text), Is.EqualTo(fault));

    [Test]
    public void Levels_OfCategories_OverrideTheLevel()
    {
        TelemetryOptions options = new() { LogLevel = LogLevel.Warning, LogLevels = "Microsoft=none,Microsoft.AspNetCore=debug" };
        using ILoggerFactory loggers = ConsoleLog.Start(options, TimeProvider.System);
        Assert.That(loggers.CreateLogger("DaxProxy").IsEnabled(LogLevel.Information), Is.False);
        Assert.That(loggers.CreateLogger("DaxProxy").IsEnabled(LogLevel.Warning));
        Assert.That(loggers.CreateLogger("Microsoft.Other").IsEnabled(LogLevel.Critical), Is.False);
        Assert.That(loggers.CreateLogger("Microsoft.AspNetCore.Server").IsEnabled(LogLevel.Debug));
    }
}
