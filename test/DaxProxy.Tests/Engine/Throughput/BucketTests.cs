using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Throughput;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Throughput;

public class BucketTests
{
    private const double Burst = 300;

    [Test]
    public void TokenBucket_IdleForFiveMinutes_LetsAThirdMoreThroughForAQuarterOfAnHour()
    {
        TokenBucket bucket = new(150, Burst, TimeSpan.Zero);
        int seconds = 0;
        for (TimeSpan now = TimeSpan.FromSeconds(Burst); bucket.IsOpen(now); now += TimeSpan.FromSeconds(1))
        {
            bucket.Take(200);
            seconds++;
        }

        Assert.That(seconds, Is.EqualTo(15 * 60), "45,000 units at 150 a second in and 200 out");
    }

    [Test]
    public void TokenBucket_KeepsNoMoreThanItsBurst()
    {
        TokenBucket bucket = new(150, Burst, TimeSpan.Zero);
        int taken = 0;
        while (bucket.IsOpen(TimeSpan.FromDays(1)))
        {
            bucket.Take(1);
            taken++;
        }

        Assert.That(taken, Is.EqualTo(45_000));
    }

    [Test]
    public void TokenBucket_InDebt_IsClosedUntilTheFlowHasPaid()
    {
        TokenBucket bucket = new(5, Burst, TimeSpan.Zero);
        bucket.Take(20);
        Assert.That(bucket.IsOpen(TimeSpan.FromSeconds(3)), Is.False);
        Assert.That(bucket.IsOpen(TimeSpan.FromSeconds(3.1)), Is.True);
    }

    [Test]
    public void TokenBucket_Reshaped_FlowsOtherwiseFromThenOn_AndKeepsItsDebt()
    {
        TokenBucket bucket = new(1, Burst, TimeSpan.Zero);
        bucket.Take(21);
        bucket.Reshape(10, Burst, TimeSpan.FromSeconds(10));
        Assert.That(bucket.IsOpen(TimeSpan.FromSeconds(11)), Is.False);
        Assert.That(bucket.IsOpen(TimeSpan.FromSeconds(11.1)), Is.True);
    }

    /// <summary>From whatever request on: no more than what is kept, what flows in, and one request.</summary>
    [Test]
    public void TokenBucket_OverAnySequence_LetsThroughWhatItMay() =>
        Prop.ForAll<byte, byte[]>(LetsThroughWhatItMay).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public void OnDemandRate_New_TakesFourThousandAtOnce_AndTwiceItsPeakHalfAnHourLater()
    {
        OnDemandRate rate = new(2_000, 0, TimeSpan.Zero);
        Assert.That(Taken(rate, TimeSpan.Zero), Is.EqualTo(4_000));
        Assert.That(Taken(rate, TimeSpan.FromMinutes(29)), Is.EqualTo(4_000));
        Assert.That(Taken(rate, TimeSpan.FromMinutes(30)), Is.EqualTo(4_000), "its bucket has that from before");
        Assert.That(Taken(rate, TimeSpan.FromMinutes(31)), Is.EqualTo(8_000));
        Assert.That(Taken(rate, TimeSpan.FromMinutes(61)), Is.EqualTo(8_000));
        Assert.That(Taken(rate, TimeSpan.FromMinutes(62)), Is.EqualTo(16_000));
    }

    [Test]
    public void OnDemandRate_ThatIsNotUsed_NeitherGrowsNorShrinks()
    {
        OnDemandRate rate = new(6_000, 0, TimeSpan.Zero);
        Assert.That(rate.IsOpen(TimeSpan.FromDays(3)), Is.True);
        Assert.That(rate.UnitsPerSecond, Is.EqualTo(12_000));
    }

    [Test]
    public void OnDemandRate_WarmedUp_TakesThatMuchAtOnce()
    {
        OnDemandRate rate = new(2_000, 0, TimeSpan.Zero);
        rate.WarmUp(3_000, TimeSpan.Zero);
        Assert.That(rate.UnitsPerSecond, Is.EqualTo(4_000), "it takes that much without");
        rate.WarmUp(9_000, TimeSpan.Zero);
        Assert.That((rate.UnitsPerSecond, rate.IsAtQuota), Is.EqualTo((9_000, false)));
        rate.WarmUp(50_000, TimeSpan.Zero);
        Assert.That((rate.UnitsPerSecond, rate.IsAtQuota), Is.EqualTo((50_000, true)));
        rate.WarmUp(1, TimeSpan.Zero);
        Assert.That(rate.UnitsPerSecond, Is.EqualTo(50_000));
    }

    [Test]
    public void Meter_OnDemandAgain_RemembersThePeakOfBefore()
    {
        UnitMeter meter = new(isWrite: true);
        meter.Configure(null, null, null, TimeSpan.Zero);
        meter.Take(null, 4_000, TimeSpan.Zero);
        meter.Configure(new ProvisionedThroughput(1, 1), null, null, TimeSpan.FromMinutes(1));
        meter.Configure(null, null, null, TimeSpan.FromMinutes(2));
        meter.Take(null, 7_999, TimeSpan.FromMinutes(2));
        Assert.That(meter.FindClosed(null, TimeSpan.FromMinutes(2)), Is.Null);
        meter.Take(null, 1, TimeSpan.FromMinutes(2));
        Assert.That(meter.FindClosed(null, TimeSpan.FromMinutes(2)), Is.EqualTo(ThroughputLimit.OnDemand));
    }

    [Test]
    public void PartitionBuckets_LimitTheHotKeyOnly()
    {
        PartitionBuckets partitions = new(1_000);
        partitions.Take(1, 1_000, TimeSpan.Zero);
        partitions.Take(2, 999, TimeSpan.Zero);
        Assert.That(partitions.IsOpen(1, TimeSpan.Zero), Is.False);
        Assert.That(partitions.IsOpen(2, TimeSpan.Zero), Is.True);
        Assert.That(partitions.IsOpen(3, TimeSpan.Zero), Is.True);
        Assert.That(partitions.IsOpen(1, TimeSpan.FromSeconds(0.1)), Is.True);
    }

    [Test]
    public void PartitionBuckets_WatchSoManyKeys_AndForgetThoseThatRested()
    {
        PartitionBuckets partitions = new(1_000);
        for (long key = 0; key < PartitionBuckets.MaxKeys + 10; key++)
        {
            partitions.Take(key, 1_000, TimeSpan.Zero);
        }

        Assert.That(partitions.Count, Is.EqualTo(PartitionBuckets.MaxKeys));
        Assert.That(partitions.IsOpen(PartitionBuckets.MaxKeys + 1, TimeSpan.Zero), Is.True, "goes unlimited");
        partitions.Take(-1, 1_000, TimeSpan.FromSeconds(2));
        Assert.That(partitions.Count, Is.EqualTo(1));
        Assert.That(partitions.IsOpen(-1, TimeSpan.FromSeconds(2)), Is.False);
    }

    /// <summary>How many units go through at one moment, a hundred at a time.</summary>
    private static int Taken(OnDemandRate rate, TimeSpan now)
    {
        int taken = 0;
        for (; rate.IsOpen(now); taken += 100)
        {
            rate.Take(100, now);
        }

        return taken;
    }

    private static bool LetsThroughWhatItMay(byte rate, byte[] steps)
    {
        double perSecond = rate + 1, largest = 0;
        TokenBucket bucket = new(perSecond, Burst, TimeSpan.Zero);
        List<(TimeSpan At, double Units)> through = [];
        TimeSpan now = TimeSpan.Zero;
        foreach (byte step in steps)
        {
            // A quarter of the steps wait, up to 16 minutes; the others ask for 0.5 to 96 units.
            if (step < 64)
            {
                now += TimeSpan.FromSeconds(step * step / 4.0);
            }
            else if (bucket.IsOpen(now))
            {
                through.Add((now, (step - 63) / 2.0));
                bucket.Take(through[^1].Units);
                largest = Math.Max(largest, through[^1].Units);
            }
        }

        bool isWithinBurst = Enumerable.Range(0, through.Count).All(from => through.Skip(from).Sum(request => request.Units)
            <= (Burst * perSecond) + (perSecond * (now - through[from].At).TotalSeconds) + largest + 1e-6);
        return isWithinBurst && through.Sum(request => request.Units) <= perSecond + (perSecond * now.TotalSeconds) + largest + 1e-6;
    }
}
