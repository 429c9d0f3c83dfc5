using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Files;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>Which reads are behind where lag is simulated, and by how much at most.</summary>
[TestFixture]
public sealed class ReplicaLagTests
{
    [Test]
    public async Task Read_JustAfterAWrite_IsBehindUnlessConsistent_AndFreshOnceTheLagHasPassed(
        [ValueSource(typeof(LagRig), nameof(LagRig.Reads))] string how)
    {
        using LagRig rig = await new LagRig(replicaLag: 10).CreateTableAsync();
        await rig.PutAsync(1);
        rig.Time.Advance(seconds: 60);
        await rig.PutAsync(2);

        Assert.That(await rig.SeenAsync(how), Is.EqualTo("1|2"));
        Assert.That(await rig.SeenAsync(how, isConsistent: true), Is.EqualTo("2"));
        rig.Time.Advance(seconds: 10);
        Assert.That(await rig.SeenAsync(how), Is.EqualTo("2"), "although there was no read or write meanwhile");
    }

    [Test]
    public async Task Index_IsBehindItsTable()
    {
        using LagRig rig = await new LagRig(indexLag: 10).CreateTableAsync();
        await rig.PutAsync(1);
        rig.Time.Advance(seconds: 60);
        await rig.PutAsync(2);

        Assert.That(
            (await rig.SeenAsync("Global"), await rig.SeenAsync("Query"), await rig.SeenAsync("Local")), Is.EqualTo(("1|2", "2", "2")));
        rig.Time.Advance(seconds: 10);
        Assert.That(await rig.SeenAsync("Global"), Is.EqualTo("2"));
    }

    [Test]
    public async Task Index_WithoutLag_IsAheadOfATableWithIt()
    {
        using LagRig rig = await new LagRig(replicaLag: 10).CreateTableAsync();
        await rig.PutAsync(1);
        rig.Time.Advance(seconds: 60);
        await rig.PutAsync(2);
        Assert.That((await rig.SeenAsync("Global"), await rig.SeenAsync("Query")), Is.EqualTo(("2", "1|2")));
    }

    /// <summary>Writes, reads of all kinds and steps of the clock, at random.</summary>
    [Test]
    public async Task Read_AtAnyTime_IsNotOlderThanTheLag_AndUsesItUp([Values(1, 2, 3)] int seed)
    {
        const double Lag = 10;
        using LagRig rig = await new LagRig(Lag, Lag, seed).CreateTableAsync();
        Random random = new(seed);
        List<DateTimeOffset> writtenAt = [];
        TimeSpan oldest = TimeSpan.Zero;
        string[] kinds = [.. LagRig.Reads, "Global"];
        for (int i = 0; i < 600; i++)
        {
            rig.Time.Advance(random.Next(3) == 0 ? random.NextDouble() * Lag * 1.5 : random.NextDouble());
            if (random.Next(4) == 0)
            {
                await rig.PutAsync(writtenAt.Count);
                writtenAt.Add(rig.Time.GetUtcNow());
            }

            int version = (int)(await rig.ReadAsync(kinds[random.Next(kinds.Length)])).SingleOrDefault(-1);
            if (version + 1 < writtenAt.Count)
            {
                TimeSpan missedFor = rig.Time.GetUtcNow() - writtenAt[version + 1];
                Assert.That(missedFor, Is.LessThan(TimeSpan.FromSeconds(Lag)), $"step {i}: the next version was written that long ago");
                oldest = missedFor > oldest ? missedFor : oldest;
            }
        }

        Assert.That(oldest, Is.GreaterThan(TimeSpan.FromSeconds(Lag / 2)), "otherwise callers would be tested for less than they asked");
    }

    [Test]
    public async Task Reads_OfTheSameSeed_AreTheSame()
    {
        List<long> once = await RunAsync(5), again = await RunAsync(5), other = await RunAsync(6);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(other, Is.Not.EqualTo(once));

        static async Task<List<long>> RunAsync(int seed)
        {
            using LagRig rig = await new LagRig(3, 3, seed).CreateTableAsync();
            List<long> seen = [];
            for (int i = 0; i < 100; i++)
            {
                await rig.PutAsync(i);
                seen.AddRange(await rig.ReadAsync(i % 2 == 0 ? "GetItem" : "Global"));
                seen.Add(-1);
                rig.Time.Advance(seconds: 0.5);
            }

            return seen;
        }
    }

    [TestCase("BatchGetItem")]
    [TestCase("Query")]
    [TestCase("Scan")]
    [TestCase("Local")]
    [TestCase("Global")]
    public async Task Page_ShowsOneState(string how)
    {
        using LagRig rig = await new LagRig(4, 4).CreateTableAsync();
        HashSet<long> behind = [];
        for (int i = 1; i < 60; i++)
        {
            string writes = string.Join(
                ',', new[] { "a", "b" }.Select(sort => $"{{'Put':{{'TableName':'Log','Item':{LagRig.Item(sort, i)}}}}}"));
            Assert.That(await rig.Engine.CallAsync("TransactWriteItems", $"{{'TransactItems':[{writes}]}}"), Is.EqualTo("{}"));
            IReadOnlyList<long> versions = await rig.ReadAsync(how);
            Assert.That(versions, Has.Count.EqualTo(2).Or.Empty);
            Assert.That(versions.Distinct().Count(), Is.LessThan(2), "both items were written together");
            behind.Add(i - versions.FirstOrDefault(i));
            rig.Time.Advance(seconds: 0.7);
        }

        Assert.That(behind, Has.Count.GreaterThan(2), "some were fresh, some behind by more than one write");
    }

    [Test]
    public async Task Table_JustMade_ReadsAsEmpty_AndJustDeleted_IsNotFound()
    {
        using LagRig rig = await new LagRig(10, 10).CreateTableAsync();
        await rig.PutAsync(1);
        Assert.That(await rig.SeenAsync("Scan"), Is.EqualTo("|1"));

        await rig.Engine.CallAsync("DeleteTable", "{'TableName':'Log'}");
        for (int i = 0; i < 10; i++)
        {
            Assert.That(await rig.Engine.CallAsync("Scan", "{'TableName':'Log'}"), Does.Contain("ResourceNotFoundException"));
        }

        rig.Time.Advance(seconds: 60);
        await rig.CreateTableAsync();
        Assert.That(await rig.SeenAsync("Scan"), Is.Empty, "the rows of a table of the same name are not its own");
    }

    [Test]
    public async Task NewIndex_OnceItCanBeRead_IsComplete()
    {
        using LagRig rig = await new LagRig(indexLag: 10).CreateTableAsync();
        for (int i = 0; i < 300; i++)
        {
            await rig.PutAsync(i, $"s{i}");
        }

        await rig.Engine.CallAsync("UpdateTable", """
            {"TableName":"Log","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"New",
             "KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"} } }] }
            """);
        string count;
        do
        {
            count = await rig.Engine.CallAsync("Scan", "{'TableName':'Log','IndexName':'New','Select':'COUNT'}");
        }
        while (count.Contains("backfilling", StringComparison.OrdinalIgnoreCase));

        for (int i = 0; i < 10; i++)
        {
            Assert.That(count, Is.EqualTo("""{"Count":300,"ScannedCount":300}"""));
            count = await rig.Engine.CallAsync("Scan", "{'TableName':'Log','IndexName':'New','Select':'COUNT'}");
        }
    }

    /// <summary>The clock stands still, so no replica would ever let go of what it holds by itself.</summary>
    [Test]
    public async Task Log_IsEmptied_WhateverReplicasHold()
    {
        using LagRig rig = await new LagRig(10, 10).CreateTableAsync();
        string text = new('x', 200_000);
        for (int i = 0; i < 200; i++)
        {
            await rig.Engine.CallAsync(
                "PutItem", $"{{'TableName':'Log','Item':{{'p':{{'S':'y'}},'s':{{'S':'{i}'}},'t':{{'S':'{text}'}}}}}}");
            await rig.ReadAsync(i % 2 == 0 ? "GetItem" : "Global");
        }

        Assert.That(new FileInfo(Path.Combine(rig.Folder, "daxproxy.db-wal")).Length, Is.LessThan(10_000_000), "40 MB were written");
    }

    [Test]
    public async Task Close_WhileReplicasHoldAState_LosesNothing()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy").FullName;
        using (LagRig rig = await new LagRig(10, 10, folder: folder).CreateTableAsync())
        {
            await rig.PutAsync(1);
            rig.Time.Advance(seconds: 60);
            await rig.PutAsync(2);
            Assert.That((await rig.SeenAsync("Query"), await rig.SeenAsync("Global")), Is.EqualTo(("1|2", "1|2")));
        }

        Assert.That(File.Exists(Path.Combine(folder, "daxproxy.db-wal")), Is.False, "the last connection takes the log with it");
        using (LagRig reopened = new(10, 10, folder: folder))
        {
            Assert.That(await reopened.SeenAsync("Query"), Is.EqualTo("2"));
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Against the real clock: whatever runs at once, a read misses no write that was acknowledged a lag before it began.
    /// </summary>
    [Test]
    public async Task Reads_AmongConcurrentWrites_KeepWithinTheLag()
    {
        TimeProvider time = TimeProvider.System;
        TimeSpan lag = TimeSpan.FromMilliseconds(20);
        using LagRig rig = await new LagRig(lag.TotalSeconds, lag.TotalSeconds, time: time).CreateTableAsync();
        List<(long Time, long Version)> acknowledged = [];
        bool isOver = false;
        Task[] readers =
            [.. new[] { "GetItem", "Query", "Scan", "Global", "BatchGetItem" }.Select(how => Task.Run(() => ReadOnAsync(how)))];
        for (int version = 1; version <= 100; version++)
        {
            await rig.PutAsync(version);
            lock (acknowledged)
            {
                acknowledged.Add((time.GetTimestamp(), version));
            }
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(readers);

        async Task ReadOnAsync(string how)
        {
            while (!Volatile.Read(ref isOver))
            {
                long start = time.GetTimestamp(), due;
                lock (acknowledged)
                {
                    due = acknowledged.LastOrDefault(write => time.GetElapsedTime(write.Time, start) >= lag).Version;
                }

                Assert.That((await rig.ReadAsync(how)).SingleOrDefault(), Is.GreaterThanOrEqualTo(due), how);
            }
        }
    }

    [Test]
    public void Lag_InMemory_IsRefused()
    {
        EngineOptions options = new() { IndexLag = TimeSpan.FromSeconds(1) };
        Assert.That(
            () => new EngineRig(options, TimeProvider.System).Dispose(),
            Throws.InstanceOf<StorageException>().With.Message.EqualTo(
                "A store in memory cannot show older states: give it a data folder, or no lag."));
    }
}
