using DaxProxy.Backends;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Backends;

public sealed class FasterTimeTests
{
    [Test]
    public void Clock_OfSixtyTimesTheSpeed_ShowsAMinuteForEachSecond()
    {
        ManualTime real = new();
        FasterTime fast = new(real, 60);
        DateTimeOffset begin = real.GetUtcNow();
        long startedAt = fast.GetTimestamp();
        real.Advance(2.5);
        Assert.That(fast.GetUtcNow(), Is.EqualTo(begin + TimeSpan.FromSeconds(150)));
        Assert.That(fast.GetElapsedTime(startedAt), Is.EqualTo(TimeSpan.FromSeconds(150)));
    }

    [Test]
    public void Timer_OfAMinute_FiresAfterASecond()
    {
        ManualTime real = new();
        int fired = 0;
        using ITimer timer = new FasterTime(real, 60).CreateTimer(
            _ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        real.Advance(0.9);
        Assert.That(fired, Is.Zero);
        real.Advance(0.2);
        Assert.That(fired, Is.EqualTo(1));
        timer.Change(TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        real.Advance(1.9);
        Assert.That(fired, Is.EqualTo(1));
        real.Advance(0.2);
        Assert.That(fired, Is.EqualTo(2));
    }

    [Test]
    public void Clock_OfSpeedOne_IsTheOtherOneItself()
    {
        ManualTime real = new();
        Assert.That(FasterTime.Of(real, 1), Is.SameAs(real));
    }
}
