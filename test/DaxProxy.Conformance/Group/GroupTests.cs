using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>
/// Proxies in one group, as processes, with a real Redis: reads through one of them see what was written through another.
/// </summary>
[TestFixture]
public sealed class GroupTests
{
    /// <summary>Looks at another member, each of which takes a part of a millisecond at least.</summary>
    private const int MostLooks = 20_000;

    private static long Pairs =>
        long.Parse(Environment.GetEnvironmentVariable("DAXPROXY_GROUP_PAIRS") ?? "200", CultureInfo.InvariantCulture);

    [Test]
    public async Task Reads_ThroughOtherMembers_SeeEachWriteAtOnceAndAreHitsOtherwise()
    {
        await using GroupRig rig = await GroupRig.StartAsync(3);
        using GroupChecker checker = new(rig, seed: 1);
        await checker.RunAsync(writers: 4, readers: 4, () => checker.Pairs >= Pairs);
        TestContext.Out.WriteLine(checker);
        Assert.That(checker.Stale, Is.Empty);
        Assert.That(checker.Hits, Is.GreaterThan(Pairs / 10));
        Assert.That(checker.PairsByWay, Has.Count.EqualTo(6), "both protocols write, and are read by both and by queries");
    }

    [Test]
    [Category("Long")]
    public async Task Reads_WhateverHappensToMembersAndRedis_SeeEachWriteThatWasAcknowledged()
    {
        await using GroupRig rig = await GroupRig.StartAsync(3);
        using GroupChecker checker = new(rig, seed: 2);
        bool isOver = false;
        Task run = checker.RunAsync(writers: 4, readers: 4, () => Volatile.Read(ref isOver));
        long between = Math.Max(100, Pairs / 50);
        await checker.ReadMoreAsync(between);
        int rounds = 0;
        do
        {
            // What each fault does to the group is waited for, and then that the caches are of use again.
            Signal(rig.Proxies[1].Id, "STOP");
            await GroupRig.UntilAsync(rig.Proxies[0], group => group["lost"]!.AsArray().Count > 0);
            Signal(rig.Proxies[1].Id, "CONT");
            await checker.ReadMoreAsync(between);
            await RejoiningAsync(() => rig.Redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub"));
            await RejoiningAsync(() => rig.Redis.AskAsync("FLUSHALL"));
            await RejoiningAsync(async () =>
            {
                Signal(rig.Redis.Id, "STOP");

                // The end of the lease would not do: Redis counts it from a moment later, and a renewal may still be in time there.
                await GroupRig.UntilAsync(rig.Proxies[0], group => !(bool)group["joined"]!);
                Signal(rig.Redis.Id, "CONT");
            });
            await RejoiningAsync(() => rig.Redis.RestartAsync());
            ServerProcess killed = rig.Proxies[2];
            checker.Retire(killed);
            rig.Proxies.Remove(killed);
            await killed.KillAsync();
            killed.Dispose();
            await GroupRig.UntilAsync(rig.Proxies[0], group => group["lost"]!.AsArray().Count > 0);
            checker.Admit(await rig.AddAsync());
            await GroupRig.UntilAsync(rig.Proxies[0], group => group["lost"]!.AsArray().Count == 0);

            // What the dead one had sent may still arrive for longer than a short run has time for.
            await checker.ReadMoreAsync(between, mayHit: checker.Pairs < Pairs);
            rounds++;
            await TestContext.Progress.WriteLineAsync($"after {rounds} rounds of six faults: {checker}");
        }
        while (checker.Pairs < Pairs && checker.Stale.Count == 0);

        Volatile.Write(ref isOver, true);
        await run;
        TestContext.Out.WriteLine($"{rounds} rounds of six faults: {checker}");
        Assert.That(checker.Stale, Is.Empty);

        async Task RejoiningAsync(Func<Task> disturbAsync)
        {
            long joins = (long)(await GroupRig.GroupOfAsync(rig.Proxies[0]))!["joins"]!;
            await disturbAsync();
            await GroupRig.UntilAsync(rig.Proxies[0], group => (long)group["joins"]! > joins);
            await checker.ReadMoreAsync(between);
        }
    }

    [Test]
    [Category("Long")]
    public async Task Writes_OfAStrictMemberThatNeverReachesTheGroup_AreRefusedAndItsReadsPassBy()
    {
        await using GroupRig rig = await GroupRig.StartAsync(1);
        await rig.Redis.StopAsync();
        using Wire wire = new(rig.Proxies[0].EndPoint);
        WireReply refused;
        int writes = 0;
        do
        {
            Assert.That(writes++, Is.LessThan(MostLooks), "the group goes on without it");
            refused = await wire.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'a'}}}");
        }
        while (refused.Error is null);

        Assert.That(refused.Error, Is.EqualTo("InternalServerError: Internal server error"));
        WireReply read = await wire.SendAsync("GetItem", "{'TableName':'Tab','Key':{'k':{'S':'a'}}}");
        Assert.That((read.Error, read.CacheStatus), Is.EqualTo(((string?)null, "DaxProxy; fwd=bypass; detail=no-lease")));
    }

    [Test]
    [Category("Long")]
    public async Task Writes_OfABoundedMember_AreSeenByOthersAndMadeWithoutRedis()
    {
        await using GroupRig rig = await GroupRig.StartAsync(2, "bounded");
        using Wire one = new(rig.Proxies[0].EndPoint), other = new(rig.Proxies[1].EndPoint);
        const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
        for (int version = 1; version <= 50; version++)
        {
            Assert.That(
                (await one.SendAsync("PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}")).Error,
                Is.Null);
            for (int look = 0; (await other.SendAsync("GetItem", Get))["Item.v.N"] != $"'{version}'"; look++)
            {
                Assert.That(look, Is.LessThan(MostLooks), "it is told, long before what is cached ends");
            }
        }

        await rig.Redis.StopAsync();
        Assert.That((await one.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'a'}}}")).Error, Is.Null);
    }

    private static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }
}
