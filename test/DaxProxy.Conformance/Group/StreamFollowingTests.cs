using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>Proxies that follow a table's stream, as processes, and a writer that goes straight to the backend.</summary>
[TestFixture]
public sealed class StreamFollowingTests
{
    private const int Keys = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    [Category("Long")]
    public async Task Hits_OfATableThatIsWrittenPastTheProxies_AreNeverOlderThanTheLag()
    {
        await using GroupRig rig = await GroupRig.StartAsync(2, followsStream: true);
        using StalenessChecker checker = new(rig);
        await checker.UntilHitsAsync(rig.Proxies);
        await WriteOwnAsync(rig.Proxies[0]);

        // Shards roll each second meanwhile, and the reader ends.
        Task writing = checker.WriteAsync(rounds: 12);
        await checker.UntilSeenAsync(changes: 2 * Keys);
        ServerProcess reader = await ReaderOfAsync(rig.Proxies);
        checker.Retire(reader);
        reader.Terminate();
        await writing;
        ServerProcess other = rig.Proxies.Single(proxy => proxy != reader);
        await checker.UntilHitsAsync([other]);
        await checker.WriteAsync(rounds: 4);
        JsonNode stream = (await GroupRig.StatisticsOfAsync(other))["streams"]!["Tab"]!;
        TestContext.Out.WriteLine($"{checker}; {stream}");
        Assert.That(checker.Stale, Is.Empty);
        Assert.That(
            ((bool)stream["reader"]!, (bool)stream["fresh"]!, (long)stream["gaps"]!), Is.EqualTo((true, true, 0)),
            "it went on where the other was");
        Assert.That(checker.Hits, Is.GreaterThan(100));
    }

    [Test]
    [Category("Long")]
    public async Task Hits_OfATableWhoseReaderIsKilled_AreNeverOlderThanTheLag()
    {
        await using GroupRig rig = await GroupRig.StartAsync(2, followsStream: true);
        using StalenessChecker checker = new(rig);
        await checker.UntilHitsAsync(rig.Proxies);
        ServerProcess reader = await ReaderOfAsync(rig.Proxies);
        Task writing = checker.WriteAsync(rounds: 4);
        checker.Retire(reader);
        await reader.KillAsync();
        await writing;
        await checker.UntilHitsAsync(rig.Proxies.Where(proxy => proxy != reader));
        await checker.WriteAsync(rounds: 4);
        TestContext.Out.WriteLine(checker);
        Assert.That(checker.Stale, Is.Empty);
    }

    [Test]
    public async Task Reads_OfATableWithoutAStream_PassByAndTheLogSaysWhatToDo()
    {
        using ServerProcess proxy = await ServerProcess.StartAsync(
            ["--in-memory"], new() { ["DAXPROXY__Tables__Tab__FollowStream"] = "true" });
        using Wire wire = new(proxy.EndPoint);
        await wire.SendAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
        long start = Stopwatch.GetTimestamp();
        while (!proxy.Output.Any(
            line => line.Contains("DaxProxy[60]", StringComparison.Ordinal) && line.Contains("switch one on", StringComparison.Ordinal)))
        {
            Assert.That((await wire.SendAsync("GetItem", Get)).CacheStatus, Is.EqualTo("DaxProxy; fwd=bypass; detail=stream-lag"));
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), string.Join('\n', proxy.Output));
            await Task.Delay(20);
        }

        // With a stream it is answered from the cache, and the log says so.
        await wire.SendAsync(
            "UpdateTable", "{'TableName':'Tab','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
        while ((await wire.SendAsync("GetItem", Get)).CacheStatus?.Contains("hit", StringComparison.Ordinal) != true
            || !proxy.Output.Any(line => line.Contains("DaxProxy[61]", StringComparison.Ordinal)))
        {
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), string.Join('\n', proxy.Output));
            await Task.Delay(20);
        }
    }

    /// <summary>What is written through a proxy stays in its cache, although the stream tells of it too.</summary>
    private static async Task WriteOwnAsync(ServerProcess proxy)
    {
        using Wire wire = new(proxy.EndPoint);
        const string Get = "{'TableName':'Tab','Key':{'k':{'S':'own'}}}";
        await wire.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'own'},'g':{'S':'g'}}}");
        await wire.SendAsync(
            "UpdateItem",
            "{'TableName':'Tab','Key':{'k':{'S':'own'}},'UpdateExpression':'SET a=:a','ExpressionAttributeValues':{':a':{'N':'1'}}}");
        long start = Stopwatch.GetTimestamp();
        bool isTold = false;
        while (!isTold)
        {
            isTold = (long)(await GroupRig.StatisticsOfAsync(proxy))["streamOwnChanges"]! == 2;
            WireReply read = await wire.SendAsync("GetItem", Get);
            Assert.That(read["Item.a.N"], Is.EqualTo("'1'"));
            Assert.That(read.CacheStatus, Does.Contain("hit"));
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), "the stream tells of both");
        }
    }

    private static async Task<ServerProcess> ReaderOfAsync(IEnumerable<ServerProcess> proxies)
    {
        foreach (ServerProcess proxy in proxies)
        {
            if ((bool)(await GroupRig.StatisticsOfAsync(proxy))["streams"]!["Tab"]!["reader"]!)
            {
                return proxy;
            }
        }

        throw new InvalidOperationException("none reads");
    }

    /// <summary>Counts keys up at the backend, looks at them through the proxies, and knows what no hit may be older than.</summary>
    private sealed class StalenessChecker(GroupRig rig) : IDisposable
    {
        private readonly List<(long At, long Version)>[] acknowledged =
            [.. Enumerable.Range(0, Keys).Select(_ => new List<(long, long)> { (0, 0) })];
        private readonly List<double> lags = [];
        private readonly List<string> stale = [];
        private readonly HashSet<ServerProcess> retired = [];
        private readonly Dictionary<ServerProcess, Wire> wires =
            rig.Proxies.ToDictionary(proxy => proxy, proxy => new Wire(proxy.EndPoint));
        private readonly Wire direct = new(rig.Engine.EndPoint);
        private long hits;

        public IReadOnlyList<string> Stale => stale;

        public long Hits => hits;

        private int Seen
        {
            get
            {
                lock (lags)
                {
                    return lags.Count;
                }
            }
        }

        public void Retire(ServerProcess proxy)
        {
            lock (retired)
            {
                retired.Add(proxy);
            }
        }

        public void Dispose()
        {
            direct.Dispose();
            foreach (Wire wire in wires.Values)
            {
                wire.Dispose();
            }
        }

        public override string ToString()
        {
            List<double> sorted = [.. lags.Order()];
            return $"{sorted.Count} changes past the proxies, visible after {sorted[sorted.Count / 2]:0} ms at the median, "
                + $"p99 {sorted[(int)(sorted.Count * 0.99)]:0} ms, at most {sorted[^1]:0} ms; {hits} hits, {stale.Count} too old";
        }

        /// <summary>Waits until proxies answer from their caches.</summary>
        public async Task UntilHitsAsync(IEnumerable<ServerProcess> proxies)
        {
            long start = Stopwatch.GetTimestamp();
            foreach (ServerProcess proxy in proxies)
            {
                while (!await LookAsync(proxy, 0, _ => { }))
                {
                    Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), "it never answers from its cache");
                    await Task.Delay(20);
                }
            }
        }

        /// <summary>Waits until so many changes were seen through all proxies.</summary>
        public async Task UntilSeenAsync(int changes)
        {
            long start = Stopwatch.GetTimestamp();
            while (Seen < changes)
            {
                Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), "changes are never seen");
                await Task.Delay(20);
            }
        }

        /// <summary>Changes every key at the backend so often, each when all proxies show the change before.</summary>
        public Task WriteAsync(int rounds) => Task.WhenAll(Enumerable.Range(0, Keys).Select(async key =>
        {
            for (int round = 0; round < rounds; round++)
            {
                long version = acknowledged[key][^1].Version + 1;
                WireReply reply = await direct.SendAsync(
                    "PutItem",
                    $"{{'TableName':'Tab','Item':{{'k':{{'S':'{key}'}},'g':{{'S':'g{(key + version) % 3}'}},'v':{{'N':'{version}'}}}}}}");
                Assert.That(reply.Error, Is.Null);
                long at = Stopwatch.GetTimestamp();
                lock (acknowledged)
                {
                    acknowledged[key].Add((at, version));
                }

                foreach (ServerProcess proxy in Alive())
                {
                    bool isShown = false;
                    while (!isShown && Alive().Contains(proxy) && Stopwatch.GetElapsedTime(at) < Patience)
                    {
                        await LookAsync(proxy, key, shown => isShown = shown >= version);
                    }
                }

                lock (lags)
                {
                    lags.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                }
            }
        }));

        /// <summary>Reads an item and the page that it is in; whether both were answered from caches.</summary>
        private async Task<bool> LookAsync(ServerProcess proxy, int key, Action<long> see)
        {
            try
            {
                long from = Stopwatch.GetTimestamp();
                WireReply item = await wires[proxy].SendAsync("GetItem", $"{{'TableName':'Tab','Key':{{'k':{{'S':'{key}'}}}}}}");
                long shown = item.Body["Item"] is { } found ? VersionOf(found) : 0;
                Judge(key, from, shown, item);
                from = Stopwatch.GetTimestamp();
                string group = $"g{(key + Bound(key, from)) % 3}";
                WireReply page = await wires[proxy].SendAsync(
                    "Query",
                    $"{{'TableName':'Tab','IndexName':'byG','KeyConditionExpression':'g=:g','ExpressionAttributeValues':{{':g':{{'S':'{group}'}}}}}}");
                foreach (JsonNode? other in page.Body["Items"]?.AsArray() ?? [])
                {
                    Judge(int.Parse((string)other!["k"]!["S"]!, CultureInfo.InvariantCulture), from, VersionOf(other), page);
                }

                see(shown);
                return IsHit(item) && IsHit(page);
            }
            catch (HttpRequestException)
            {
                // It has ended.
                Retire(proxy);
                return false;
            }
        }

        private static bool IsHit(WireReply reply) => reply.CacheStatus?.Contains("; hit", StringComparison.Ordinal) == true;

        private static long VersionOf(JsonNode item) => long.Parse((string)item["v"]!["N"]!, CultureInfo.InvariantCulture);

        private void Judge(int key, long from, long shown, WireReply reply)
        {
            Interlocked.Add(ref hits, IsHit(reply) ? 1 : 0);
            long bound = Bound(key, from);
            if (IsHit(reply) && shown < bound)
            {
                lock (stale)
                {
                    stale.Add($"{key} shows {shown} [{reply.CacheStatus}] when {bound} was {GroupRig.MaxStreamLag} old");
                }
            }
        }

        /// <summary>The version of a key that was acknowledged so long before a time that it must be shown.</summary>
        private long Bound(int key, long at)
        {
            lock (acknowledged)
            {
                return acknowledged[key]
                    .FindLast(write => write.At == 0 || Stopwatch.GetElapsedTime(write.At, at) > GroupRig.MaxStreamLag).Version;
            }
        }

        private List<ServerProcess> Alive()
        {
            lock (retired)
            {
                return [.. wires.Keys.Where(proxy => !retired.Contains(proxy))];
            }
        }
    }
}
