using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>A table whose stream is followed: it is answered from the caches while its gate is open, and not a moment longer.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FreshnessTests : IDisposable
{
    private readonly CacheRig rig = new(
        settings: new TableCacheSettings { MaxStreamLag = TimeSpan.FromSeconds(5), ServeStale = TimeSpan.FromHours(1) });

    private CatalogTable Learnt =>
        rig.Catalog.TryGet(Table, out CatalogTable? table) ? table : throw new InvalidOperationException("not learnt");

    public void Dispose() => rig.Dispose();

    [Test]
    public async Task Read_OfATableThatIsNotFollowedYet_PassesByAndSaysSo()
    {
        rig.Inner.Put(Table, Row("a", 1));
        GetItem get = Get("a");
        get.Explanation = new Explanation();
        Assert.That(StatusOf(await rig.Send(get)), Is.EqualTo("DaxProxy; fwd=bypass; detail=stream-lag"));
        Assert.That(get.Explanation.ToString(), Does.Contain("too far behind the table's stream"));
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=bypass; detail=stream-lag"), "and is not kept");
        Assert.That(StatusOf(await rig.Send(Batch("a"))), Is.EqualTo("DaxProxy; fwd=bypass; detail=stream-lag"));
    }

    [Test]
    public async Task Read_WhileTheGateIsOpen_IsAHitAndAfterwardsPassesBy()
    {
        await rig.Send(Get("a"));
        Open(seconds: 2);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.Contain("stored"));
        rig.Time.Advance(1.9);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.Contain("; hit"));
        Assert.That(StatusOf(await rig.Send(Batch("a"))), Does.Contain("; hit"));
        rig.Time.Advance(0.1);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.Contain("stream-lag"));

        // What was kept is right again once the stream has been read.
        Open(seconds: 2);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.Contain("; hit"));
    }

    [Test]
    public async Task StaleAnswer_WhereTheBackendFailsAndTheStreamIsNotFollowed_IsNotGiven()
    {
        await rig.Send(Get("a"));
        Open(seconds: 600);
        await rig.Send(Get("a"));
        rig.Time.Advance(400);
        rig.Inner.Instead = operation => operation is GetItem
            ? new ErrorReply(DaxProxy.Core.Errors.TransportFaults.InternalServerError)
            : null;
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.Contain("stale"));
        Learnt.Freshness!.Close();
        Assert.That(await rig.Send(Get("a")), Is.TypeOf<ErrorReply>());
    }

    [Test]
    public async Task Write_WhileTheGateIsClosed_LeavesWhatElseIsCached()
    {
        await rig.Send(Get("a"));
        Open(seconds: 2);
        await rig.Send(Get("a"));
        rig.Time.Advance(3);
        await rig.Send(Put("b", 1));
        Open(seconds: 2);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.Contain("; hit"));
        Assert.That(VersionIn(await rig.Send(Get("b"))), Is.EqualTo(1));
    }

    private void Open(double seconds) =>
        Learnt.Freshness!.OpenUntil(rig.Time.GetTimestamp() + (long)(seconds * rig.Time.TimestampFrequency));

    private static BatchGetItem Batch(string key) =>
        new() { Tables = [new BatchGetItem.KeysAndAttributes { TableName = Table, Keys = [Key(key)] }] };
}
