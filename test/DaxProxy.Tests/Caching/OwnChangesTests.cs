using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// Records of a stream that are writes of the process itself: they drop nothing, and whatever is like them but is not one does.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OwnChangesTests : IDisposable
{
    private readonly CacheRig rig = new(settings: new TableCacheSettings { MaxStreamLag = TimeSpan.FromHours(1) });

    [SetUp]
    public async Task SetUpAsync()
    {
        await rig.Send(Get("a"));
        Learnt.Freshness!.OpenUntil(long.MaxValue);
    }

    public void Dispose() => rig.Dispose();

    private CatalogTable Learnt =>
        rig.Catalog.TryGet(Table, out CatalogTable? table) ? table : throw new InvalidOperationException("not learnt");

    [Test]
    public async Task Record_OfAWriteThroughTheProxy_LeavesItsItem()
    {
        await rig.Send(Put("a", 1));
        Hear(null, 1);
        Assert.That(await IsCachedAsync(), Is.True);
        Assert.That(rig.Cache.OwnChanges, Is.EqualTo(1));
    }

    [Test]
    public async Task Record_LikeAWriteThroughTheProxyButFromAnotherState_DropsTheItem()
    {
        await rig.Send(Put("a", 1));
        await rig.Send(Put("a", 2));
        Hear(3, 2);
        Assert.That(await IsCachedAsync(), Is.False);
    }

    [Test]
    public async Task Record_ThatComesASecondTime_DropsTheItem()
    {
        await rig.Send(Put("a", 1));
        Hear(null, 1);
        Hear(null, 1);
        Assert.That(await IsCachedAsync(), Is.False);
    }

    [Test]
    public async Task Record_LikeAWriteThatWasToldWhileItWasUnderWay_DropsTheItem()
    {
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> own = rig.Send(Put("a", 2));
        rig.Inner.Held[0].Perform();

        // The stream tells of it, and of what another writer made of it, before it is acknowledged.
        Hear(1, 2);
        Hear(2, 1);
        rig.Inner.Holds = _ => false;
        rig.Inner.Held[0].Release();
        await own;
        await rig.Send(Get("a"));

        // Another writer makes the same change: it is not taken for that of before.
        Hear(1, 2);
        Assert.That(await IsCachedAsync(), Is.False);
    }

    [Test]
    public async Task Record_AfterTheTableWasEvicted_DropsTheItem()
    {
        await rig.Send(Put("a", 1));
        rig.Backend.Evict(Table);
        await rig.Send(Get("a"));
        Hear(null, 1);
        Assert.That(await IsCachedAsync(), Is.False);
    }

    private async Task<bool> IsCachedAsync() => StatusOf(await rig.Send(Get("a")))!.Contains("; hit", StringComparison.Ordinal);

    /// <summary>The stream tells of a change from one version to another; null for no item.</summary>
    private void Hear(long? from, long? to) => rig.Backend.Hear([rig.Backend.EffectOf(Learnt.Info, new ChangeRecord
    {
        EventId = "",
        EventName = from is null ? "INSERT" : to is null ? "REMOVE" : "MODIFY",
        Region = "",
        SequenceNumber = "1",
        CreatedAt = default,
        StreamViewType = "NEW_AND_OLD_IMAGES",
        Keys = Item.FromAttributes(Key("a")),
        OldImage = from is { } old ? Item.FromAttributes(Row("a", old)) : null,
        NewImage = to is { } updated ? Item.FromAttributes(Row("a", updated)) : null,
    })]);
}
