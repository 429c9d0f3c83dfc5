using DaxProxy.Engine.Services;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Services;

public sealed class MetricStoreTests
{
    private static readonly MetricId Metric = MetricId.Of("mine", "m", ("b", "2"), ("a", "1"));

    private readonly ManualTime time = new();

    private long Now => MetricStore.MinuteOf(time.GetUtcNow());

    [Test]
    public void Id_IsTheSame_InWhateverOrderItsDimensionsAreNamed()
    {
        Assert.That(MetricId.Of("mine", "m", ("a", "1"), ("b", "2")), Is.EqualTo(Metric));
        Assert.That(Metric.Dimensions, Is.EqualTo(new[] { ("a", "1"), ("b", "2") }));
        Assert.That(MetricId.Of("mine", "m").Dimensions, Is.Empty);
    }

    [Test]
    public void Values_AreGatheredByTheMinute_BeforeAndAfterTheyAreStored()
    {
        using ServiceStore store = ServiceStore.Open(null);
        using MetricStore metrics = new(store, time, time);
        metrics.Add(Metric, 2);
        metrics.Flush();
        metrics.Add(Metric, 5);
        time.Advance(60);
        metrics.Add(Metric, 1);
        Assert.That(metrics.Read(Metric, 0, long.MaxValue), Is.EqualTo(new[]
        {
            (Now - 1, new MetricCell(7, 2, 2, 5)), (Now, MetricCell.Of(1)),
        }));
        Assert.That(metrics.Read(Metric, Now, Now + 1), Is.EqualTo(new[] { (Now, MetricCell.Of(1)) }));
        Assert.That(metrics.Read(Metric, 0, Now), Has.Count.EqualTo(1));
    }

    [Test]
    public void Values_OutliveTheProcess_AndTheFutureOfAFasterClockDoesNot()
    {
        string folder = Directory.CreateTempSubdirectory("metrics-").FullName;
        try
        {
            using (ServiceStore store = ServiceStore.Open(folder))
            {
                using MetricStore metrics = new(store, time, time);
                metrics.Add(Metric, 2);
                metrics.Of(Metric).Add(Now + 100, MetricCell.Of(9));
            }

            using (ServiceStore store = ServiceStore.Open(folder))
            {
                using MetricStore metrics = new(store, time, time);
                Assert.That(metrics.Read(Metric, 0, long.MaxValue), Is.EqualTo(new[] { (Now, MetricCell.Of(2)) }));
                Assert.That(metrics.Metrics, Is.EqualTo(new[] { Metric }));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Values_OlderThanFifteenDays_AreForgotten()
    {
        using ServiceStore store = ServiceStore.Open(null);
        using MetricStore metrics = new(store, time, time);
        metrics.Add(Metric, 2);
        metrics.Flush();
        time.Advance(TimeSpan.FromDays(15).TotalSeconds);
        metrics.Flush();
        Assert.That(metrics.Read(Metric, 0, long.MaxValue), Has.Count.EqualTo(1));
        time.Advance(TimeSpan.FromHours(2).TotalSeconds);
        metrics.Flush();
        Assert.That(metrics.Read(Metric, 0, long.MaxValue), Is.Empty);
    }

    [Test]
    public void Documents_AreKept_UntilTheyAreDeleted()
    {
        using ServiceStore store = ServiceStore.Open(null);
        store.Save("kind", "b", "2"u8);
        store.Save("kind", "a", "1"u8);
        store.Save("kind", "a", "3"u8);
        store.Save("other", "c", "4"u8);
        Assert.That(store.Load("kind").Select(document => (document.Id, (char)document.Body[0])), Is.EqualTo(new[] { ("a", '3'), ("b", '2') }));
        store.Delete("kind", "a");
        Assert.That(store.Load("kind"), Has.Count.EqualTo(1));
    }
}
