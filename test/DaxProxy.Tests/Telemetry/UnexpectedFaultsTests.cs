using DaxProxy.Telemetry;
using DaxProxy.Tests.Auth;
using DaxProxy.Tests.Caching;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

[TestFixture]
public sealed class UnexpectedFaultsTests
{
    [Test]
    public void Report_ManyFaultsInASecond_CountsAllAndLogsOneLine()
    {
        ManualTime time = new();
        RecordingLogger logger = new();
        UnexpectedFaults faults = new(time);
        for (int i = 0; i < 10; i++)
        {
            faults.Report(logger, Frontend.Http, $"id{i}", new InvalidOperationException("what\nhappened"));
        }

        faults.Report(logger, Frontend.Dax, "other", new InvalidOperationException(new string('x', 1000)));
        time.Advance(1);
        faults.Report(logger, Frontend.Http, "id10", new InvalidOperationException("again"));
        Assert.That((faults.CountOf(Frontend.Http), faults.CountOf(Frontend.Dax), faults.CountOf(Frontend.Admin)), Is.EqualTo((11, 1, 0)));
        string[] errors = [.. logger.Lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text)];
        Assert.That(errors, Has.Length.EqualTo(3));
        Assert.That(
            errors[0],
            Is.EqualTo("Request id0 of Http failed: InvalidOperationException: what happened (0 more since the last line like this)"));
        Assert.That(errors[1], Has.Length.LessThan(450));
        Assert.That(
            errors[2], Is.EqualTo("Request id10 of Http failed: InvalidOperationException: again (9 more since the last line like this)"));
        Assert.That(logger.Lines.Count(line => line.Level == LogLevel.Debug), Is.EqualTo(12), "and where each was");
    }
}
