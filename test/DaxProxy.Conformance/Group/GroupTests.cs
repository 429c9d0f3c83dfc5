using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>Proxies in one group, as processes, with a real Redis: whoever reads through one of them sees what was written through another.</summary>
[TestFixture]
public sealed class GroupTests
{
    private const int Keys = 8;

    private static long Pairs =>
        long.Parse(Environment.GetEnvironmentVariable("DAXPROXY_GROUP_PAIRS") ?? "500", CultureInfo.InvariantCulture);

    [Test]
    public async Task Reads_ThroughOtherMembers_SeeEachWriteAtOnceAndAreHitsOtherwise()
    {
        await using GroupRig rig = await GroupRig.StartAsync(3);
        GroupChecker checker = new(rig, seed: 1);
        await checker.RunAsync(writers: 4, readers: 4, () => checker.Pairs >= Pairs);
        TestContext.Out.WriteLine(checker);
        Assert.That(checker.Stale, Is.Empty);
        Assert.That(checker.Hits, Is.GreaterThan(Pairs / 10));
        JsonNode group = (await GroupRig.GroupOfAsync(rig.Proxies[0]))!;
        Assert.That((long)group["gaps"]! + (long)group["membersLost"]!, Is.Zero, $"{group}");
    }

    [Test]
    [Category("Long")]
    public async Task Reads_WhateverHappensToMembersAndRedis_SeeEachWriteThatWasAcknowledged()
    {
        await using GroupRig rig = await GroupRig.StartAsync(3);
        GroupChecker checker = new(rig, seed: 2);
        bool isOver = false;
        Task run = checker.RunAsync(writers: 4, readers: 4, () => Volatile.Read(ref isOver));
        await Task.Delay(2000);
        Signal(rig.Proxies[1], "STOP");
        await Task.Delay(3000);
        Signal(rig.Proxies[1], "CONT");
        await Task.Delay(8000);
        await rig.Redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await rig.Redis.AskAsync("CLIENT", "KILL", "TYPE", "normal");
        await Task.Delay(4000);
        await rig.Redis.AskAsync("FLUSHALL");
        await Task.Delay(4000);
        await rig.Redis.AskAsync("DEBUG", "SLEEP", "2.5");
        await Task.Delay(8000);
        await rig.Redis.RestartAsync(TimeSpan.FromSeconds(1));
        await Task.Delay(8000);
        checker.Retire(rig.Proxies[2]);
        await rig.Proxies[2].KillAsync();
        await Task.Delay(10_000);
        Volatile.Write(ref isOver, true);
        await run;
        TestContext.Out.WriteLine(checker);
        Assert.That(checker.Stale, Is.Empty);
        Assert.That(Math.Min(checker.Pairs, checker.Hits), Is.GreaterThan(200));
    }

    [Test]
    public async Task Writes_OfAStrictMemberThatNeverReachesTheGroup_AreRefusedAndItsReadsPassBy()
    {
        await using GroupRig rig = await GroupRig.StartAsync(1);
        await rig.Redis.StopAsync();
        using Wire wire = new(rig.Proxies[0].EndPoint);
        long start = Stopwatch.GetTimestamp();
        WireReply refused;
        do
        {
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(60)), "the group goes on without it");
            refused = await wire.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'a'}}}");
        }
        while (refused.Error is null);

        Assert.That(refused.Error, Is.EqualTo("InternalServerError: Internal server error"));
        WireReply read = await wire.SendAsync("GetItem", "{'TableName':'Tab','Key':{'k':{'S':'a'}}}");
        Assert.That((read.Error, read.CacheStatus), Is.EqualTo(((string?)null, "DaxProxy; fwd=bypass; detail=no-lease")));
    }

    [Test]
    public async Task Writes_OfABoundedMember_AreSeenByOthersWithinTwoLeasesAndMadeWithoutRedis()
    {
        await using GroupRig rig = await GroupRig.StartAsync(2, "bounded");
        using Wire one = new(rig.Proxies[0].EndPoint), other = new(rig.Proxies[1].EndPoint);
        const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
        for (int version = 1; version <= 50; version++)
        {
            Assert.That((await one.SendAsync("PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}")).Error, Is.Null);
            long written = Stopwatch.GetTimestamp();
            while ((await other.SendAsync("GetItem", Get))["Item.v.N"] != $"'{version}'")
            {
                Assert.That(Stopwatch.GetElapsedTime(written), Is.LessThan(TimeSpan.FromSeconds(2)));
            }
        }

        await rig.Redis.StopAsync();
        Assert.That((await one.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'a'}}}")).Error, Is.Null);
    }

    private static void Signal(ServerProcess process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Writers that count one key up each, through any member, and readers that look through any other.</summary>
    private sealed class GroupChecker(GroupRig rig, int seed)
    {
        private readonly long[] acknowledged = new long[Keys];
        private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Keys).Select(_ => new SemaphoreSlim(1))];
        private readonly List<string> stale = [];
        private readonly HashSet<ServerProcess> retired = [];
        private readonly Dictionary<ServerProcess, Wire> wires = rig.Proxies.ToDictionary(proxy => proxy, proxy => new Wire(proxy.EndPoint));
        private long pairs;
        private long hits;
        private long failures;

        public IReadOnlyList<string> Stale => stale;

        public long Pairs => pairs;

        public long Hits => hits;

        public void Retire(ServerProcess proxy)
        {
            lock (retired)
            {
                retired.Add(proxy);
            }
        }

        public override string ToString() => $"{pairs} writes read again at once through another member, {hits} hits, {failures} refused, {stale.Count} stale";

        public async Task RunAsync(int writers, int readers, Func<bool> isOver)
        {
            await Task.WhenAll(
                Enumerable.Range(0, writers).Select(i => WriteAsync(new Random(seed + i), isOver))
                    .Concat(Enumerable.Range(0, readers).Select(i => ReadAllAsync(new Random(~seed - i), isOver))));
        }

        private async Task WriteAsync(Random random, Func<bool> isOver)
        {
            while (!isOver())
            {
                int key = random.Next(Keys);
                await turns[key].WaitAsync();
                try
                {
                    long version = Interlocked.Read(ref acknowledged[key]) + 1;
                    if (await TrySendAsync(Pick(random), "PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':'{key}'}},'g':{{'S':'g{(key + version) % 3}'}},'v':{{'N':'{version}'}}}}}}") is null)
                    {
                        // It may have been made, or may come late: nothing is expected of this key before the next.
                        await Task.Delay(50);
                        continue;
                    }

                    Interlocked.Exchange(ref acknowledged[key], version);
                    await ReadAsync(random, key);
                    Interlocked.Increment(ref pairs);
                }
                finally
                {
                    turns[key].Release();
                }
            }
        }

        private async Task ReadAllAsync(Random random, Func<bool> isOver)
        {
            while (!isOver())
            {
                await ReadAsync(random, random.Next(Keys));
            }
        }

        private async Task ReadAsync(Random random, int key)
        {
            long from = Interlocked.Read(ref acknowledged[key]);
            bool isQuery = random.Next(3) == 0;
            ServerProcess member = Pick(random);
            WireReply? reply = isQuery
                ? await TrySendAsync(member, "Query", $"{{'TableName':'Tab','IndexName':'byG','KeyConditionExpression':'g=:g','ExpressionAttributeValues':{{':g':{{'S':'g{(key + from) % 3}'}}}}}}")
                : await TrySendAsync(member, "GetItem", $"{{'TableName':'Tab','Key':{{'k':{{'S':'{key}'}}}}}}");
            if (reply is null)
            {
                return;
            }

            Interlocked.Add(ref hits, reply.CacheStatus?.Contains("; hit", StringComparison.Ordinal) == true ? 1 : 0);
            JsonNode? item = isQuery
                ? reply.Body["Items"]!.AsArray().FirstOrDefault(item => (string)item!["k"]!["S"]! == $"{key}")
                : reply.Body["Item"];
            long shown = item is null ? 0 : long.Parse((string)item["v"]!["N"]!, CultureInfo.InvariantCulture);
            long now = Interlocked.Read(ref acknowledged[key]);

            // A page need not show the item if a later write, which is being made, has taken it elsewhere.
            if (shown < from && !(isQuery && (item is null) && (now > from || turns[key].CurrentCount == 0)))
            {
                lock (stale)
                {
                    stale.Add($"{(isQuery ? "Query" : "GetItem")} of {key} shows {shown} after {from} was acknowledged [{reply.CacheStatus}]");
                }
            }
        }

        private ServerProcess Pick(Random random)
        {
            lock (retired)
            {
                ServerProcess[] alive = [.. wires.Keys.Where(proxy => !retired.Contains(proxy))];
                return alive[random.Next(alive.Length)];
            }
        }

        private async Task<WireReply?> TrySendAsync(ServerProcess member, string operation, string json)
        {
            try
            {
                WireReply reply = await wires[member].SendAsync(operation, json).WaitAsync(TimeSpan.FromSeconds(20));
                if (reply.Status == 200)
                {
                    return reply;
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or TimeoutException or IOException)
            {
                // The member is gone, or stopped.
            }

            Interlocked.Increment(ref failures);
            return null;
        }
    }
}
