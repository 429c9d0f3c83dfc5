using System.Formats.Cbor;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Security;
using DaxProxy.Core.Catalog;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>Groups whose members reach each other through each kind of Redis there is, and what they share there.</summary>
public sealed class RedisKindsTests
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";

    /// <summary>What a member needs, as the documentation says it.</summary>
    private const string Acl = "~{dp:orders}* &{dp:orders}* +eval +evalsha +script|load +time +hget +hset +hsetnx +hdel +hgetall +hmget +hexists "
        + "+get +set +del +pttl +publish +subscribe +unsubscribe +ping +echo +info +client +hello";

    [Test]
    public async Task Group_OfOneServer_SharesWritesItemsAndAttributeLists()
    {
        using RedisServer redis = await RedisServer.StartAsync();
        await using GroupOfTwo group = await GroupOfTwo.StartAsync(redis.Configuration, sharesValues: true);
        await CheckAsync(group);
    }

    [Test]
    public async Task Group_OfAUserWithTheRightsThatAreDocumented_SharesThem_AndItsPasswordIsNotLogged()
    {
        using RedisServer redis = await RedisServer.StartAsync();
        Assert.That(await redis.AskAsync("ACL SETUSER proxy on >s3cret", Acl), Is.EqualTo("+OK"));
        Assert.That(await redis.AskAsync("ACL SETUSER default off"), Is.EqualTo("+OK"));
        await using GroupOfTwo group =
            await GroupOfTwo.StartAsync($"{redis.Configuration},user=proxy,password=s3cret", sharesValues: true);
        await CheckAsync(group);
        Assert.That(string.Join('\n', group.Log.Lines), Does.Not.Contain("s3cret"));
    }

    [Test]
    [Category("Long")]
    public async Task Group_OverTls_SharesWrites()
    {
        using CertificateFiles files = new();
        int tls = RedisServer.FreePort();
        RedisServer redis = await RedisServer.StartAsync(
            "--tls-port", $"{tls}", "--tls-cert-file", files.CertificateFile, "--tls-key-file", files.KeyFile, "--tls-auth-clients", "no");
        Dictionary<string, string?> trusting = new() { ["SSL_CERT_FILE"] = files.AuthorityFile };
        await using GroupRig rig = await GroupRig.StartAsync(
            1, configuration: $"localhost:{tls},ssl=true", environment: trusting, redis: redis);
        Assert.That((bool)(await GroupRig.GroupOfAsync(rig.Proxies[0]))!["joined"]!, Is.True);
    }

    [Test]
    [Category("Long")]
    public async Task Group_OfSentinels_FollowsThemToTheServerThatTakesOver()
    {
        using RedisServer first = await RedisServer.StartAsync();
        using RedisServer second = await RedisServer.StartAsync(
            "--replicaof", $"127.0.0.1 {first.Port}", "--repl-diskless-sync-delay", "0");
        string file = Path.Combine(Path.GetTempPath(), $"sentinel-{Guid.NewGuid():N}.conf");
        await File.WriteAllTextAsync(file, $"sentinel monitor main 127.0.0.1 {first.Port} 1\nsentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 2000\n");
        using RedisServer sentinel = await RedisServer.StartAsync(file, "--sentinel");
        await GroupOfTwo.UntilAsync(
            async () => (await second.TellAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        await using GroupOfTwo group = await GroupOfTwo.StartAsync($"{sentinel.Configuration},serviceName=main", sharesValues: true);
        await CheckAsync(group);

        // As soon as the sentinel has heard of the replica.
        await GroupOfTwo.UntilAsync(async () => await sentinel.AskAsync("SENTINEL FAILOVER main") == "+OK");
        await GroupOfTwo.UntilAsync(
            async () => (await second.TellAsync("INFO replication")).Contains("role:master", StringComparison.Ordinal));
        await GroupOfTwo.UntilAsync(() => group.StatusOf(0).Figures.Stays > 1 && group.StatusOf(1).Figures.Stays > 1);
        await group.WaitAsync();
        await CheckAsync(group);
        File.Delete(file);
    }

    [Test]
    [Category("Long")]
    public async Task Group_OfACluster_StaysAtTheServerThatHasItsSlot()
    {
        List<RedisServer> nodes = [];
        int[] buses = [.. Enumerable.Range(0, 3).Select(_ => RedisServer.FreePort())];
        try
        {
            for (int i = 0; i < 3; i++)
            {
                nodes.Add(await RedisServer.StartAsync(
                    "--cluster-enabled", "yes", "--cluster-config-file", $"nodes-{Guid.NewGuid():N}.conf", "--cluster-port",
                    $"{buses[i]}"));
            }

            int[] ends = [0, 5461, 10923, 16384];
            for (int i = 0; i < 3; i++)
            {
                Assert.That(await nodes[i].AskAsync($"CLUSTER ADDSLOTSRANGE {ends[i]} {ends[i + 1] - 1}"), Is.EqualTo("+OK"));
                Assert.That(await nodes[(i + 1) % 3].AskAsync($"CLUSTER MEET 127.0.0.1 {nodes[i].Port} {buses[i]}"), Is.EqualTo("+OK"));
            }

            foreach (RedisServer node in nodes)
            {
                await GroupOfTwo.UntilAsync(async () => (await node.TellAsync("CLUSTER INFO")).Contains("cluster_state:ok", StringComparison.Ordinal)
                    && (await node.TellAsync("CLUSTER INFO")).Contains("cluster_known_nodes:3", StringComparison.Ordinal));
            }

            // The slot of the group is at the last of them.
            await using GroupOfTwo group = await GroupOfTwo.StartAsync(nodes[0].Configuration, sharesValues: true);
            await CheckAsync(group);
        }
        finally
        {
            nodes.ForEach(node => node.Dispose());
        }
    }

    [Test]
    public async Task Reads_OfAValidatedTable_SeeEachWriteAtOnce_ThoughItWaitsForNoMember()
    {
        using RedisServer redis = await RedisServer.StartAsync();
        await using GroupOfTwo group = await GroupOfTwo.StartAsync(
            redis.Configuration, sharesValues: false, new() { ["Tab"] = new TableOptions { GroupMode = GroupMode.Validated } });
        using Wire one = group.WireOf(0), other = group.WireOf(1);
        int hits = 0;
        for (int version = 1; version <= 300; version++)
        {
            Assert.That((await PutAsync(one, version)).Error, Is.Null);
            Assert.That((await other.SendAsync("GetItem", Get))["Item.v.N"], Is.EqualTo($"'{version}'"));
            WireReply again = await other.SendAsync("GetItem", Get);
            Assert.That(again["Item.v.N"], Is.EqualTo($"'{version}'"));
            hits += again.CacheStatus!.Contains("; hit", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.That(hits, Is.GreaterThan(100));
    }

    [Test]
    public async Task Reads_OfMembersThatShareItems_PassByWhenRedisIsGone()
    {
        using RedisServer redis = await RedisServer.StartAsync();
        await using GroupOfTwo group = await GroupOfTwo.StartAsync(redis.Configuration, sharesValues: true);
        using Wire one = group.WireOf(0);
        Assert.That((await PutAsync(one, 1)).Error, Is.Null);
        await redis.StopAsync();
        await GroupOfTwo.UntilAsync(() => group.StatusOf(0).LeaseLeft == TimeSpan.Zero);
        WireReply read = await one.SendAsync("GetItem", Get);
        Assert.That((read["Item.v.N"], read.CacheStatus), Is.EqualTo(("'1'", "DaxProxy; fwd=bypass; detail=no-lease")));
    }

    private static Task<WireReply> PutAsync(Wire wire, int version) =>
        wire.SendAsync("PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}");

    /// <summary>What one member does, the other sees; what one has fetched, a third one need not; DAX clients are told of both.</summary>
    private static async Task CheckAsync(GroupOfTwo group)
    {
        using Wire one = group.WireOf(0), other = group.WireOf(1);
        for (int version = 1; version <= 20; version++)
        {
            Assert.That((await PutAsync(one, version)).Error, Is.Null);
            Assert.That((await other.SendAsync("GetItem", Get))["Item.v.N"], Is.EqualTo($"'{version}'"));
        }

        await GroupOfTwo.UntilAsync(async () =>
        {
            // Items are shared when those who read them have been given the right to.
            string key = $"'{Guid.NewGuid():N}'", long2 = new('x', 3000);
            Assert.That(
                (await one.SendAsync("PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':{key}}},'v':{{'S':'{long2}'}}}}}}")).Error,
                Is.Null);
            string get = $"{{'TableName':'Tab','Key':{{'k':{{'S':{key}}}}}}}", batch = $"{{'RequestItems':{{'Tab':{{'Keys':[{{'k':{{'S':{key}}}}}]}}}}}}";
            await other.SendAsync("GetItem", get);
            await one.SendAsync("DeleteItem", get);
            Assert.That((await one.SendAsync("GetItem", get)).Body["Item"], Is.Null);
            await one.SendAsync("PutItem", $"{{'TableName':'Tab','Item':{{'k':{{'S':{key}}},'v':{{'S':'{long2}'}}}}}}");
            Assert.That((await other.SendAsync("GetItem", get))["Item.v.S"], Is.EqualTo($"'{long2}'"));
            await group.AddAsync();
            using Wire fresh = group.WireOf(2);
            WireReply read = await fresh.SendAsync("GetItem", get), whole = await fresh.SendAsync("BatchGetItem", batch);
            Assert.That(read["Item.v.S"], Is.EqualTo($"'{long2}'"));
            Assert.That(whole.Status, Is.EqualTo(200));
            bool isShared = group.StatusOf(2).Figures.SharedHits == 1;
            await group.StopAsync(2);
            await group.WaitAsync();
            return isShared;
        });

        int[] both = [.. new[] { group.DaxOf(0).Port, group.DaxOf(1).Port }.Order()];
        await GroupOfTwo.UntilAsync(async () => (await group.EndpointsOfAsync(0)).SequenceEqual(both));
        await GroupOfTwo.UntilAsync(async () => (await group.EndpointsOfAsync(1)).SequenceEqual(both));
        using DaxTalk first = await DaxTalk.ConnectAsync(group.DaxOf(0)), second = await DaxTalk.ConnectAsync(group.DaxOf(1));
        string[] names = [$"n{Guid.NewGuid():N}", "m"];
        int id = (await first.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts(names))).ReadInt32();
        CborReader answer = await second.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(id));
        Assert.That(Enumerable.Range(0, answer.ReadStartArray()!.Value).Select(_ => answer.ReadTextString()), Is.EqualTo(names));
    }
}
