using DaxProxy.Engine.Services;
using DaxProxy.Tests.Caching;
using Microsoft.Data.Sqlite;
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

    [Test]
    public void Store_ThatCannotBeWritten_FailsNothingThatAdds_AndLosesNothing()
    {
        string folder = Directory.CreateTempSubdirectory("metrics-").FullName;
        try
        {
            using ServiceStore store = ServiceStore.Open(folder);
            using MetricStore metrics = new(store, time, time);
            metrics.Add(Metric, 1);
            Run(folder, "ALTER TABLE cells RENAME TO hidden");
            MetricId other = MetricId.Of("mine", "other");
            metrics.Add(other, 2);
            Assert.That(metrics.Flush, Throws.TypeOf<SqliteException>());
            metrics.Add(Metric, 4);
            Run(folder, "ALTER TABLE hidden RENAME TO cells");
            metrics.Flush();
            Assert.That(metrics.Read(Metric, 0, long.MaxValue), Is.EqualTo(new[] { (Now, new MetricCell(5, 2, 1, 4)) }));
            Assert.That(metrics.Read(other, 0, long.MaxValue), Is.EqualTo(new[] { (Now, MetricCell.Of(2)) }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Store_ThatStaysUnwritable_LeavesTheLastHalfHourWaiting()
    {
        string folder = Directory.CreateTempSubdirectory("metrics-").FullName;
        try
        {
            using ServiceStore store = ServiceStore.Open(folder);
            using MetricStore metrics = new(store, time, time);
            Run(folder, "ALTER TABLE cells RENAME TO hidden");
            for (int i = 99; i >= 0; i--)
            {
                metrics.Add(Metric, Now - ((i * 7) % 100), MetricCell.Of(i));
            }

            Assert.That(metrics.Flush, Throws.TypeOf<SqliteException>());
            Run(folder, "ALTER TABLE hidden RENAME TO cells");
            Assert.That(
                metrics.Read(Metric, 0, long.MaxValue).Select(cell => cell.Minute),
                Is.EqualTo(Enumerable.Range(0, MetricRecorder.MaxLeft).Reverse().Select(i => Now - i)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Minutes_MoreThanMayWait_AreEachTheirOwn()
    {
        using ServiceStore store = ServiceStore.Open(null);
        using MetricStore metrics = new(store, time, time);
        for (int i = 0; i < 1100; i++)
        {
            metrics.Add(Metric, Now - i, MetricCell.Of(i));
        }

        Assert.That(
            metrics.Read(Metric, 0, long.MaxValue),
            Is.EqualTo(Enumerable.Range(0, 1100).Reverse().Select(i => (Now - i, MetricCell.Of(i)))));
    }

    [Test]
    public void MetricsOfClients_AreSoManyAtMost_AndThoseThatEndMakeRoom()
    {
        using ServiceStore store = ServiceStore.Open(null);
        List<string> told = [];
        using MetricStore metrics = new(store, time, time) { IsFull = id => told.Add(id.Name) };
        for (int i = 0; i < MetricStore.MaxClientSeries + 2; i++)
        {
            metrics.Add(MetricId.Of("mine", $"m{i}"), 1);
        }

        MetricId own = MetricId.Of("AWS/DynamoDB", "m"), beyond = MetricId.Of("mine", $"m{MetricStore.MaxClientSeries}");
        metrics.Add(own, 1);
        Assert.That(told, Is.EqualTo(new[] { beyond.Name }));
        Assert.That(metrics.Read(beyond, 0, long.MaxValue), Is.Empty);
        Assert.That(metrics.Read(own, 0, long.MaxValue), Has.Count.EqualTo(1));

        MetricRecorder ended = metrics.Of(own);
        metrics.Flush();
        time.Advance(TimeSpan.FromDays(16).TotalSeconds);
        metrics.Flush();
        Assert.That(metrics.Metrics, Is.Empty);
        Assert.That(ended.IsRetired, Is.True);
        metrics.Add(beyond, 1);
        metrics.Add(own, 1);
        Assert.That(metrics.Read(beyond, 0, long.MaxValue), Has.Count.EqualTo(1));
        Assert.That(metrics.Read(own, 0, long.MaxValue), Has.Count.EqualTo(1));
    }

    private static void Run(string folder, string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(folder, "services.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
