using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>Pages that outlive writes: only time and evictions end them.</summary>
[TestFixture]
public sealed class DaxCompatibleTests
{
    [Test]
    public async Task Page_LivesThroughWrites_UntilItsTimeToLive()
    {
        using StackRig rig = await StartAsync();
        await rig.PutAsync(1);
        await rig.ReadAsync(isQuery: true);
        await rig.PutAsync(2);
        Reply page = await rig.ReadAsync(isQuery: true), item = await rig.ReadAsync(isQuery: false);
        Assert.That((StackRig.VersionIn(page), StackRig.VersionIn(item)), Is.EqualTo((1L, 2L)));
        rig.Time.Advance(300);
        Assert.That(StackRig.VersionIn(await rig.ReadAsync(isQuery: true)), Is.EqualTo(2));
    }

    [Test]
    public async Task Page_FetchedWhileItIsWrittenTo_IsKept()
    {
        using StackRig rig = await StartAsync();
        await rig.PutAsync(1);
        TaskCompletionSource gate = rig.Inner.Gate = new();
        Task<Reply> read = rig.ReadAsync(isQuery: true);
        StackRig.Await(() => rig.Inner.Reads == 1);
        await rig.PutAsync(2);
        gate.SetResult();
        Assert.That((StatusOf(await read), StackRig.VersionIn(await read)), Is.EqualTo(("DaxProxy; fwd=miss; stored", 1L)));
        Assert.That(StackRig.VersionIn(await rig.ReadAsync(isQuery: true)), Is.EqualTo(1));
    }

    [TestCase("item")]
    [TestCase("partition")]
    [TestCase("table")]
    public async Task Page_OfWhatIsEvicted_IsAskedForAgain(string what)
    {
        using StackRig rig = await StartAsync();
        await rig.PutAsync(1);
        await rig.ReadAsync(isQuery: true);
        AttributeMap partition = new() { ["k"] = AttributeValue.FromString("a") };
        AttributeMap key = new(partition) { ["s"] = AttributeValue.FromString("s") };
        Assert.That(what switch
        {
            "item" => rig.Caching.Backend.Evict("Log", key),
            "partition" => rig.Caching.Backend.EvictPartition("Log", null, partition),
            _ => rig.Caching.Backend.Evict("Log"),
        });
        Assert.That(StatusOf(await rig.ReadAsync(isQuery: true)), Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    private static Task<StackRig> StartAsync() =>
        StackRig.StartAsync(new ProxyOptions { QueryCache = new QueryCacheOptions { DaxCompatible = true } });
}
