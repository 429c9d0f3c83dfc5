using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

[TestFixture]
public sealed class GetItemFlowTests
{
    [Test]
    public async Task GetItem_Twice_AsksOnce()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));

        Reply miss = await rig.Send(Get("a"));
        rig.Time.Advance(3.5);
        Reply hit = await rig.Send(Get("a"));

        Assert.That((VersionIn(miss), VersionIn(hit)), Is.EqualTo((1L, 1L)));
        Assert.That((StatusOf(miss), StatusOf(hit)), Is.EqualTo(("DaxProxy; fwd=miss; stored", "DaxProxy; hit; ttl=296")));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.EqualTo(1));
        Assert.That(((GetItemReply)hit).Face, Is.EqualTo(Render(((GetItemReply)miss).Item)));
        Assert.That((rig.Statistics.Hits, rig.Statistics.Misses, rig.Statistics.Entries), Is.EqualTo((1L, 1L, 1L)));
    }

    [Test]
    public async Task GetItem_OfNothing_IsKeptForItsShorterLife()
    {
        using CacheRig rig = new();
        await rig.Send(Get("a"));
        rig.Time.Advance(29);
        Reply hit = await rig.Send(Get("a"));
        rig.Time.Advance(1);
        Reply late = await rig.Send(Get("a"));

        Assert.That(((GetItemReply)hit).Item, Is.Null);
        Assert.That((StatusOf(hit), StatusOf(late)), Is.EqualTo(("DaxProxy; hit; ttl=1", "DaxProxy; fwd=miss; stored")));
        Assert.That(rig.Statistics.NegativeHits, Is.EqualTo(1));
    }

    [Test]
    public async Task GetItem_NegativesSwitchedOff_AsksAgain()
    {
        using CacheRig rig = new(settings: new TableCacheSettings { NegativeTimeToLive = TimeSpan.Zero });
        await rig.Send(Get("a"));
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=miss"));
    }

    [Test]
    public async Task GetItem_AtTheEndOfItsLife_AsksAgain([Values(0, 300)] int ttl)
    {
        using CacheRig rig = new(settings: new TableCacheSettings { TimeToLive = TimeSpan.FromSeconds(ttl) });
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Time.Advance(299.9);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo(ttl == 0 ? "DaxProxy; hit" : "DaxProxy; hit; ttl=0"));
        rig.Time.Advance(1_000_000);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo(ttl == 0 ? "DaxProxy; hit" : "DaxProxy; fwd=miss; stored"));
    }

    [Test]
    public async Task GetItem_ConcurrentMisses_ShareOneFetch()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Holds = operation => operation is GetItem;
        Task<Reply> first = rig.Send(Get("a"));
        GetItem second = new() { TableName = Table, Key = Key("a"), ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        Task<Reply> joined = rig.Send(second);
        rig.Inner.Held.Single().Release();

        Assert.That(StatusOf(await first), Is.EqualTo("DaxProxy; fwd=miss; stored"));
        Assert.That(StatusOf(await joined), Is.EqualTo("DaxProxy; fwd=miss; collapsed"));
        Assert.That(((GetItemReply)await joined).ConsumedCapacity!.TotalUnits, Is.Zero);
        Assert.That(VersionIn(await joined), Is.EqualTo(1));
    }

    [Test]
    public async Task GetItem_CallerLeaves_TheSharedFetchGoesOn()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Holds = operation => operation is GetItem;
        using CancellationTokenSource leaving = new();
        Task<Reply> first = rig.Send(Get("a"), leaving.Token);
        Task<Reply> second = rig.Send(Get("a"));
        await leaving.CancelAsync();

        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(rig.Inner.Held.Single().CancellationToken.CanBeCanceled, Is.False);
        rig.Inner.Held.Single().Release();
        Assert.That(VersionIn(await second), Is.EqualTo(1));
    }

    [Test]
    public async Task GetItem_SharedFetchBreaks_AllWaitersLearnIt_AndTheNextAsksAgain()
    {
        using CacheRig rig = new();
        rig.Inner.Holds = operation => operation is GetItem;
        Task<Reply> first = rig.Send(Get("a")), second = rig.Send(Get("a"));
        rig.Inner.Held.Single().Break();
        Assert.That(async () => await first, Throws.InstanceOf<IOException>());
        Assert.That(async () => await second, Throws.InstanceOf<IOException>());
        rig.Inner.Holds = _ => false;
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    [Test]
    public async Task GetItem_WaiterAfterAWriteBegan_DoesNotShareAnOlderFetch()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("b"));
        rig.Inner.Holds = operation => operation is GetItem or PutItem;
        Task<Reply> before = rig.Send(Get("a"));
        rig.Inner.Held[0].Perform();
        Task<Reply> write = rig.Send(Put("a", 2));
        Task<Reply> during = rig.Send(Get("a"));
        Assert.That(rig.Inner.Held, Has.Count.EqualTo(3));
        rig.Inner.Held[1].Release();
        await write;
        Task<Reply> after = rig.Send(Get("a"));
        Assert.That(VersionIn(await after), Is.EqualTo(2), "the write's image");
        rig.Inner.Held[1].Release();
        rig.Inner.Held[0].Release();

        Assert.That((VersionIn(await before), VersionIn(await during)), Is.EqualTo((1L, 2L)));
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    /// <summary>The fetch reads the old state, then every order of its end with the write's begin and end.</summary>
    [TestCase("fF wW", 2)]
    [TestCase("f w F W", 2)]
    [TestCase("f w W F", 2)]
    [TestCase("w f F W", 2)]
    [TestCase("w f W F", 2)]
    [TestCase("w W f F", 2)]
    public async Task Fill_AgainstAWrite_NeverOverwritesIt(string order, long expected)
    {
        foreach (bool knowsImages in new[] { true, false })
        {
            using CacheRig rig = new();
            rig.Inner.KnowsImages = knowsImages;
            rig.Inner.Put(Table, Row("a", 1));
            await rig.Send(Get("other"));
            rig.Inner.Holds = operation => operation is GetItem or PutItem;
            ScriptedBackend.ScriptedCall? fill = null, write = null;
            List<Task<Reply>> sent = [];
            foreach (char step in order)
            {
                switch (step)
                {
                    case 'f':
                        sent.Add(rig.Send(Get("a")));
                        fill = rig.Inner.Held.SingleOrDefault(call => call.Operation is GetItem);
                        fill?.Perform();
                        break;
                    case 'F': fill?.Release(); break;
                    case 'w':
                        sent.Add(rig.Send(Put("a", 2)));
                        write = rig.Inner.Held.Single(call => call.Operation is PutItem);
                        break;
                    case 'W': write!.Release(); break;
                }
            }

            await Task.WhenAll(sent);
            rig.Inner.Holds = _ => false;
            Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(expected), $"{order} {knowsImages}");
        }
    }

    [Test]
    public async Task GetItem_Consistent_PassesByAndRefreshes()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Put(Table, Row("a", 2));
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(1), "written past the proxy");
        Reply consistent = await rig.Send(new GetItem { TableName = Table, Key = Key("a"), ConsistentRead = true });
        Assert.That((VersionIn(consistent), StatusOf(consistent)), Is.EqualTo((2L, "DaxProxy; fwd=bypass")));
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    [Test]
    public async Task GetItem_Projected_IsCutFromTheWholeItem()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 7));
        GetItem projected = Checked(new GetItem { TableName = Table, Key = Key("a"), ProjectionExpression = "v" });
        foreach (string status in new[] { "DaxProxy; fwd=miss; stored", "DaxProxy; hit; ttl=300" })
        {
            Reply reply = await rig.Send(projected);
            Assert.That(((GetItemReply)reply).Item!.Open().Keys, Is.EqualTo(new[] { "v" }));
            Assert.That(StatusOf(reply), Is.EqualTo(status));
        }

        Assert.That(((GetItemReply)await rig.Send(Get("a"))).Item!.Open(), Has.Count.EqualTo(2));
        Assert.That(rig.Inner.Calls.OfType<GetItem>().Single().ProjectionExpression, Is.Null);
    }

    [Test]
    public async Task GetItem_Capacity_IsTheBackendsOnAMissAndNothingOnAHit()
    {
        using CacheRig rig = new();
        GetItem get = new() { TableName = Table, Key = Key("a"), ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES };
        ConsumedCapacity miss = ((GetItemReply)await rig.Send(get)).ConsumedCapacity!;
        ConsumedCapacity hit = ((GetItemReply)await rig.Send(get)).ConsumedCapacity!;
        Assert.That((miss.TotalUnits, hit.TotalUnits, hit.ShowShares), Is.EqualTo((0.5, 0.0, true)));
    }

    [Test]
    public async Task GetItem_OfAnUnknownTableOrKey_IsTheBackendsToAnswer()
    {
        using CacheRig rig = new();
        AttributeMap odd = new() { ["x"] = AttributeValue.True };
        Reply noKey = await rig.Send(new GetItem { TableName = Table, Key = odd });
        Reply noTable = await rig.Send(new GetItem { TableName = "none", Key = odd });
        Assert.That(((ErrorReply)noKey).Error, Is.EqualTo(TableFaults.KeyDoesNotMatch));
        Assert.That(((ErrorReply)noTable).Error, Is.EqualTo(TableFaults.NotFound));
        Assert.That(StatusOf(noKey), Is.EqualTo("DaxProxy; fwd=bypass"));
    }

    [Test]
    public async Task GetItem_CacheFails_IsAnswered()
    {
        using CacheRig rig = new(render: _ => throw new InvalidOperationException("render"));
        rig.Inner.Put(Table, Row("a", 1));
        Reply reply = await rig.Send(Get("a"));
        await rig.Send(Put("a", 2));
        Assert.That((VersionIn(reply), StatusOf(reply)), Is.EqualTo((1L, "DaxProxy; fwd=miss")));
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
        Assert.That(rig.Backend.Health.Faults, Is.EqualTo(3));
        Assert.That(rig.Faults, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Evict_OfAKeyTableOrAll_AlsoVoidsFetchesUnderWay([Values("key", "table", "all")] string what)
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Put(Table, Row("b", 1));
        rig.Inner.Holds = operation => operation is GetItem;
        Task<Reply> late = rig.Send(Get("b"));
        rig.Inner.Held[0].Perform();
        rig.Inner.Put(Table, Row("a", 2));
        rig.Inner.Put(Table, Row("b", 2));
        switch (what)
        {
            case "key":
                Assert.That(rig.Backend.Evict(Table, Key("a")) && rig.Backend.Evict(Table, Key("b")));
                break;
            case "table":
                Assert.That(rig.Backend.Evict(Table));
                break;
            default:
                rig.Backend.EvictAll();
                break;
        }

        rig.Inner.Held[0].Release();
        rig.Inner.Holds = _ => false;
        Assert.That(VersionIn(await late), Is.EqualTo(1));
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
        Assert.That(VersionIn(await rig.Send(Get("b"))), Is.EqualTo(2));
        Assert.That(rig.Backend.Evict("none"), Is.False);
    }
}
