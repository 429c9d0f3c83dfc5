using System.Diagnostics;
using System.Formats.Cbor;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DaxProxy.Conformance.Dax;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>
/// Proxies in one group, as processes, with a real Redis: reads through one of them see what was written through another.
/// </summary>
[TestFixture]
public sealed class GroupTests
{
    private const int Keys = 8;

    /// <summary>Looks at another member, each of which takes a part of a millisecond at least.</summary>
    private const int MostLooks = 20_000;

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
    }

    [Test]
    [Category("Long")]
    public async Task Reads_WhateverHappensToMembersAndRedis_SeeEachWriteThatWasAcknowledged()
    {
        await using GroupRig rig = await GroupRig.StartAsync(3);
        GroupChecker checker = new(rig, seed: 2);
        bool isOver = false;
        Task run = checker.RunAsync(writers: 4, readers: 4, () => Volatile.Read(ref isOver));
        await checker.ReadMoreAsync();

        // What each fault does to the group is waited for, and then that the caches are of use again.
        Signal(rig.Proxies[1].Id, "STOP");
        await GroupRig.UntilAsync(rig.Proxies[0], group => group["lost"]!.AsArray().Count > 0);
        Signal(rig.Proxies[1].Id, "CONT");
        await checker.ReadMoreAsync();
        await RejoiningAsync(() => rig.Redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub"));
        await RejoiningAsync(() => rig.Redis.AskAsync("FLUSHALL"));
        await RejoiningAsync(async () =>
        {
            Signal(rig.Redis.Id, "STOP");
            await GroupRig.UntilAsync(rig.Proxies[0], group => (double)group["leaseLeftSeconds"]! <= 0);
            Signal(rig.Redis.Id, "CONT");
        });
        await RejoiningAsync(() => rig.Redis.RestartAsync());
        checker.Retire(rig.Proxies[2]);
        await rig.Proxies[2].KillAsync();
        await GroupRig.UntilAsync(rig.Proxies[0], group => group["lost"]!.AsArray().Count > 0);
        await GroupRig.UntilAsync(rig.Proxies[0], group => group["lost"]!.AsArray().Count == 0);
        await checker.ReadMoreAsync(mayHit: false);
        Volatile.Write(ref isOver, true);
        await run;
        TestContext.Out.WriteLine(checker);
        Assert.That(checker.Stale, Is.Empty);

        async Task RejoiningAsync(Func<Task> disturbAsync)
        {
            long joins = (long)(await GroupRig.GroupOfAsync(rig.Proxies[0]))!["joins"]!;
            await disturbAsync();
            await GroupRig.UntilAsync(rig.Proxies[0], group => (long)group["joins"]! > joins);
            await checker.ReadMoreAsync();
        }
    }

    [Test]
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

    /// <summary>Writers that count one key up each, through any member, and readers that look through any other.</summary>
    private sealed class GroupChecker(GroupRig rig, int seed)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly long[] attempted = new long[Keys];
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

        /// <summary>Waits until more was written and read, and answered from caches.</summary>
        /// <param name="mayHit">Whether the caches are of use.</param>
        public async Task ReadMoreAsync(bool mayHit = true)
        {
            (long wantedPairs, long wantedHits) = (Interlocked.Read(ref pairs) + 100, Interlocked.Read(ref hits) + (mayHit ? 50 : 0));
            while (Interlocked.Read(ref pairs) < wantedPairs || Interlocked.Read(ref hits) < wantedHits)
            {
                await Task.Delay(20);
            }
        }

        public void Retire(ServerProcess proxy)
        {
            lock (retired)
            {
                retired.Add(proxy);
            }
        }

        public override string ToString() =>
            $"{pairs} writes read again at once through another member, {hits} hits, {failures} refused, {stale.Count} stale";

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
                    Interlocked.Exchange(ref attempted[key], version);
                    if (await TrySendAsync(Pick(random), "PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':'{key}'}},'g':{{'S':'g{(key + version) % 3}'}},'v':{{'N':'{version}'}}}}}}") is null)
                    {
                        // It may have been made, or may come late: nothing is expected of this key before the next.
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
            ServerProcess member = Pick(random);
            int way = random.Next(4);
            if (way == 0)
            {
                await TryAsync(async () => Judge(key, from, await ReadByDaxAsync(member, key), "GetItem over DAX"));
                return;
            }

            bool isQuery = way == 1;
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

            // A page need not show the item if a later write, which is being made or of which nothing is known, has taken it elsewhere.
            bool mayHaveLeft = isQuery && item is null && Interlocked.Read(ref attempted[key]) > from;
            Judge(key, from, mayHaveLeft ? from : shown, $"{(isQuery ? "Query" : "GetItem")} [{reply.CacheStatus}]");
        }

        private void Judge(int key, long from, long shown, string read)
        {
            if (shown < from)
            {
                lock (stale)
                {
                    stale.Add($"{read} of {key} shows {shown} after {from} was acknowledged");
                }
            }
        }

        /// <summary>The version that a GetItem shows; 0 where there is no item.</summary>
        private static async Task<long> ReadByDaxAsync(ServerProcess member, int key)
        {
            using DaxTalk talk = await DaxTalk.ConnectAsync(member.DaxEndPoint!);
            CborReader answer = await talk.CallAsync(DaxTalk.GetItem, cbor =>
            {
                cbor.WriteByteString("Tab"u8);
                cbor.WriteByteString(Encoding.UTF8.GetBytes($"{key}"));
                cbor.WriteNull();
            });
            if (answer.PeekState() == CborReaderState.Null || answer.ReadStartMap() == 0 || answer.PeekState() == CborReaderState.EndMap)
            {
                return 0;
            }

            // The number of the list of names, then g and v.
            answer.ReadInt32();
            CborReader values = DaxTalk.Read(answer.ReadByteString());
            values.SkipValue();
            values.SkipValue();
            return values.ReadInt64();
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
            WireReply? answered = null;
            await TryAsync(async () =>
            {
                WireReply reply = await wires[member].SendAsync(operation, json).WaitAsync(Patience);
                answered = reply.Status == 200 ? reply : null;
            });
            return answered;
        }

        /// <summary>A request of which nothing is known if the member is gone or stopped.</summary>
        private async Task TryAsync(Func<Task> requestAsync)
        {
            try
            {
                await requestAsync().WaitAsync(Patience);
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or TimeoutException or IOException or SocketException or DaxRefusal)
            {
                Interlocked.Increment(ref failures);
            }
        }
    }
}
