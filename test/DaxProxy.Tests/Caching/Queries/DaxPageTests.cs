using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Queries;

/// <summary>The finished answer of the DAX protocol beside a page: it says what the page says, for as long as that does.</summary>
[TestFixture]
public sealed class DaxPageTests
{
    private static readonly byte[] DaxFace = new byte[1000];

    [Test]
    public async Task Face_OfAPageThatWasHit_IsFoundAndCountedUntilThePageIsWrittenTo()
    {
        using StackRig rig = await StartAsync();
        PageReply stored = await ReadAsync(rig), hit = await ReadAsync(rig);
        long before = rig.Caching.Pages.Bytes;
        Assert.That((stored.WantsDaxFace, hit.WantsDaxFace, hit.DaxFace), Is.EqualTo((false, true, (byte[]?)null)));

        hit.KeepDaxFace(InfoOf(rig), DaxFace);

        PageReply next = await ReadAsync(rig);
        Assert.That((next.DaxFace, next.WantsDaxFace, StackRig.VersionIn(next)), Is.EqualTo((DaxFace, false, 1L)));
        Assert.That(rig.Caching.Pages.Bytes - before, Is.InRange(1000, 1100));
        Assert.That((rig.Caching.Pages.Count, rig.Pages.Bytes), Is.EqualTo((1, rig.Caching.Pages.Bytes)));
        await rig.PutAsync(2);
        PageReply fresh = await ReadAsync(rig);
        Assert.That((StackRig.VersionIn(fresh), fresh.DaxFace), Is.EqualTo((2L, (byte[]?)null)));
    }

    [Test]
    public async Task Face_KeptAfterAWrite_DoesNotMakeThePageRightAgain()
    {
        using StackRig rig = await StartAsync();
        await ReadAsync(rig);
        PageReply hit = await ReadAsync(rig);
        await rig.PutAsync(2);

        hit.KeepDaxFace(InfoOf(rig), DaxFace);

        PageReply fresh = await ReadAsync(rig);
        Assert.That((StackRig.VersionIn(fresh), fresh.DaxFace), Is.EqualTo((2L, (byte[]?)null)));
    }

    [Test]
    public async Task Face_OfAPageThatWasFetchedAgain_IsNotPutInItsPlace()
    {
        using StackRig rig = await StartAsync();
        await ReadAsync(rig);
        PageReply hit = await ReadAsync(rig);
        await rig.PutAsync(2);
        await ReadAsync(rig);

        hit.KeepDaxFace(InfoOf(rig), DaxFace);

        PageReply next = await ReadAsync(rig);
        Assert.That((StackRig.VersionIn(next), next.DaxFace), Is.EqualTo((2L, (byte[]?)null)));
    }

    [Test]
    public async Task Face_DoesNotLengthenThePagesLife()
    {
        using StackRig rig = await StartAsync();
        await ReadAsync(rig);
        (await ReadAsync(rig)).KeepDaxFace(InfoOf(rig), DaxFace);
        await rig.PutBehindAsync(2);

        rig.Time.Advance(300);

        Assert.That(StackRig.VersionIn(await ReadAsync(rig)), Is.EqualTo(2));
    }

    [Test]
    public async Task Face_MadeForAnotherStateOfTheTable_IsNotKept()
    {
        using StackRig rig = await StartAsync();
        await ReadAsync(rig);
        TableInfo other = InfoOf(rig) with { };

        (await ReadAsync(rig)).KeepDaxFace(other, DaxFace);

        Assert.That((await ReadAsync(rig)).DaxFace, Is.Null);
    }

    private static async Task<StackRig> StartAsync()
    {
        StackRig rig = await StackRig.StartAsync(new ProxyOptions());
        await rig.PutAsync(1);
        return rig;
    }

    private static async Task<PageReply> ReadAsync(StackRig rig) => (PageReply)await rig.ReadAsync(isQuery: true);

    private static TableInfo InfoOf(StackRig rig) =>
        rig.Caching.Catalog.TryGet("Log", out CatalogTable? table) ? table.Info : throw new InvalidOperationException("not learnt");
}
