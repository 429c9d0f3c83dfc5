using System.Globalization;
using DaxProxy.Services.AutoScaling;
using NUnit.Framework;

namespace DaxProxy.Tests.Services.AutoScaling;

public sealed class ScheduleTests
{
    [TestCase("at(2030-01-01T10:05:30)", null, "2030-01-01T10:05", true)]
    [TestCase("at(2030-01-01T10:05:30)", null, "2030-01-01T10:06", false)]
    [TestCase("at(2030-07-01T10:05:00)", "Europe/Berlin", "2030-07-01T08:05", true)]
    [TestCase("rate(1 minute)", null, "2030-01-01T00:01", true)]
    [TestCase("rate(90 minutes)", null, "2030-01-01T03:00", true)]
    [TestCase("rate(90 minutes)", null, "2030-01-01T02:00", false)]
    [TestCase("rate(1 day)", null, "2030-01-03T00:00", true)]
    [TestCase("cron(0 8 * * ? *)", null, "2030-03-05T08:00", true)]
    [TestCase("cron(0 8 * * ? *)", null, "2030-03-05T08:01", false)]
    [TestCase("cron(0/15 8-9 * * ? *)", null, "2030-03-05T09:45", true)]
    [TestCase("cron(0/15 8-9 * * ? *)", null, "2030-03-05T09:50", false)]
    [TestCase("cron(0 8 ? * MON-FRI *)", null, "2030-03-04T08:00", true)]
    [TestCase("cron(0 8 ? * MON-FRI *)", null, "2030-03-03T08:00", false)]
    [TestCase("cron(0 8 ? * 2#1 *)", null, "2030-03-04T08:00", true)]
    [TestCase("cron(0 8 ? * 2#1 *)", null, "2030-03-11T08:00", false)]
    [TestCase("cron(0 8 ? * FRIL *)", null, "2030-03-29T08:00", true)]
    [TestCase("cron(0 8 L 2 ? *)", null, "2032-02-29T08:00", true)]
    [TestCase("cron(0 8 2W 3 ? *)", null, "2030-03-01T08:00", true)]
    [TestCase("cron(0 8 1,15 JAN,MAR ? 2030)", null, "2030-03-15T08:00", true)]
    [TestCase("cron(0 8 1,15 JAN,MAR ? 2030)", null, "2031-03-15T08:00", false)]
    public void Schedule_IsDue_AtItsMinutes(string text, string? timezone, string minute, bool isDue)
    {
        DateTimeOffset at = DateTimeOffset.Parse(minute, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        DateTimeOffset since = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.That(Schedule.TryParse(text, timezone)!.IsDue(at, since), Is.EqualTo(isDue));
    }

    [TestCase("at(tomorrow)", ExpectedResult = false)]
    [TestCase("rate(0 minutes)", ExpectedResult = false)]
    [TestCase("rate(5 moons)", ExpectedResult = false)]
    [TestCase("rate(5 minute)", ExpectedResult = true)]
    [TestCase("cron(0 8 * * *)", ExpectedResult = false)]
    [TestCase("cron(60 8 * * ? *)", ExpectedResult = false)]
    [TestCase("cron(0 8 ? * ? *)", ExpectedResult = false)]
    [TestCase("cron(9-5 8 * * ? *)", ExpectedResult = false)]
    [TestCase("cron(0/0 8 * * ? *)", ExpectedResult = false)]
    [TestCase("cron(0 8 ? * 8 *)", ExpectedResult = false)]
    [TestCase("", ExpectedResult = false)]
    public bool Schedule_OfATextThatIsNone_IsNone(string text) => Schedule.TryParse(text, null) is not null;
}
