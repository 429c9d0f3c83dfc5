using DaxProxy.Telemetry;
using DaxProxy.Tests.Caching;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

/// <summary>The lines of the log that the admin port shows.</summary>
public sealed class RecentLinesTests
{
    private readonly ManualTime time = new();

    [Test]
    public void Lines_OfAnOutage_DoNotPushOutWhatElseHappened()
    {
        RecentLines lines = new(time);
        Write(lines, 51, "the group is lost");
        for (int request = 0; request < 1000; request++)
        {
            Write(lines, 6, $"no answer to request {request}");
        }

        Assert.That(lines.Lines.Select(line => line.Event).Distinct(), Is.EqualTo((int[])[6, 51]));
        Assert.That(lines.Lines, Has.Count.EqualTo(RecentLines.MostOfOneEvent + 1));
        Assert.That(lines.Lines[0].Text, Is.EqualTo("no answer to request 999"), "the newest first");
    }

    [Test]
    public void Lines_ThatSayTheSame_AreOneWithACountAndTheLastTime()
    {
        RecentLines lines = new(time);
        Write(lines, 6, "no answer");
        time.Advance(5);
        Write(lines, 7, "refused now");
        Write(lines, 6, "no answer");
        Assert.That(lines.Lines.Select(line => (line.Event, line.Count, line.At)), Is.EqualTo(((int, int, DateTimeOffset)[])
        [
            (6, 2, time.GetUtcNow()), (7, 1, time.GetUtcNow()),
        ]));
    }

    [Test]
    public void Lines_OfManyEvents_AreNoMoreThanTheMost()
    {
        RecentLines lines = new(time);
        for (int number = 0; number < 2 * RecentLines.MostLines; number++)
        {
            Write(lines, number, new string('x', 10_000));
        }

        Assert.That(
            lines.Lines.Select(line => line.Event), Is.EqualTo(Enumerable.Range(RecentLines.MostLines, RecentLines.MostLines).Reverse()));
        Assert.That(lines.Lines.Select(line => line.Text.Length), Is.All.LessThan(1000));
    }

    [Test]
    public void Lines_BelowAWarning_AreNotKept()
    {
        RecentLines lines = new(time);
        ((ILogger)lines).Log(LogLevel.Information, new EventId(10), "ready", null, static (text, _) => text);
        Assert.That(lines.Lines, Is.Empty);
    }

    private static void Write(RecentLines lines, int number, string text) =>
        ((ILogger)lines).Log(LogLevel.Warning, new EventId(number), text, null, static (said, _) => said);
}
