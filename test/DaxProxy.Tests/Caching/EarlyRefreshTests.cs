using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// Entries that are used and near their end are fetched again in the background: once, and under the rules of any fill.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class EarlyRefreshTests(bool isQuery)
{
    private const string Life = "100";

    /// <summary>With an early refresh from 80 of 100 seconds on.</summary>
    private const double Late = 85;

    [Test]
    public async Task HotEntryNearItsEnd_IsFetchedOnce_WhileReadersAreAnsweredAtOnce()
    {
        using StackRig rig = await StartHotAsync();
        await rig.PutBehindAsync(2);
        TaskCompletionSource gate = rig.Inner.Gate = new();
        for (int i = 0; i < 20; i++)
        {
            Reply hit = await rig.ReadAsync(isQuery);
            Assert.That((StackRig.VersionIn(hit), StatusOf(hit)), Is.EqualTo((1L, "DaxProxy; hit; ttl=15")));
        }

        StackRig.Await(() => rig.Inner.Reads == 2);
        gate.SetResult();
        StackRig.Await(() => StoredIn(rig) == 2);
        Reply renewed = await rig.ReadAsync(isQuery);
        Assert.That((StackRig.VersionIn(renewed), StatusOf(renewed)), Is.EqualTo((2L, "DaxProxy; hit; ttl=100")));
        Assert.That((rig.Inner.Reads, RefreshesIn(rig)), Is.EqualTo((2, 1L)));
    }

    [Test]
    public async Task WriteThatRacesTheRefresh_IsNotOverwrittenByIt()
    {
        using StackRig rig = await StartHotAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        await rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        await rig.PutAsync(2);
        rig.Inner.Gate = null;
        gate.SetResult();
        StackRig.Await(() => isQuery ? rig.Pages.FillsRefusedWritten == 1 : rig.Items.FillsRefusedWritten == 1);
        Assert.That(StackRig.VersionIn(await rig.ReadAsync(isQuery)), Is.EqualTo(2));
    }

    [Test]
    public async Task MissThatMeetsTheRefresh_SharesIt()
    {
        using StackRig rig = await StartHotAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        await rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        rig.Time.Advance(100 - Late);
        Task<Reply> late = rig.ReadAsync(isQuery);
        gate.SetResult();
        Assert.That(StatusOf(await late), Is.EqualTo("DaxProxy; fwd=miss; collapsed"));
        Assert.That(rig.Inner.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task EntryNotUsedBefore_IsLeftAlone_UntilItIsUsedAgain()
    {
        using StackRig rig = await StartAsync();
        await rig.PutBehindAsync(1);
        await rig.ReadAsync(isQuery);
        rig.Time.Advance(Late);
        Assert.That(StatusOf(await rig.ReadAsync(isQuery)), Is.EqualTo("DaxProxy; hit; ttl=15"));
        Assert.That(RefreshesIn(rig), Is.Zero);
        await rig.ReadAsync(isQuery);
        Assert.That(RefreshesIn(rig), Is.EqualTo(1));
        StackRig.Await(() => StoredIn(rig) == 2);
    }

    [TestCase("EarlyRefresh", "0")]
    [TestCase("DaxCompatible", "true")]
    public async Task SwitchedOff_NothingIsFetchedEarly(string option, string value)
    {
        string path = option == "EarlyRefresh" ? $"{(isQuery ? "QueryCache" : "ItemCache")}:{option}" : $"Tables:Log:{option}";
        using StackRig rig = await StartHotAsync((path, value));
        for (int i = 0; i < 3; i++)
        {
            await rig.ReadAsync(isQuery);
        }

        Assert.That(RefreshesIn(rig), Is.Zero);
        rig.Time.Advance(100 - Late);
        Assert.That(StatusOf(await rig.ReadAsync(isQuery)), Is.EqualTo("DaxProxy; fwd=miss; stored"));
        Assert.That(rig.Inner.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task RefreshThatFails_IsShownToNoReader_AndTheEntryEndsInItsTime()
    {
        using StackRig rig = await StartHotAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        await rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        rig.Inner.Gate = null;
        gate.SetException(new IOException("broken"));
        Assert.That(StatusOf(await rig.ReadAsync(isQuery)), Is.EqualTo("DaxProxy; hit; ttl=15"));
        Assert.That(RefreshesIn(rig), Is.EqualTo(1));
    }

    private static Task<StackRig> StartAsync(params (string Path, string Value)[] more)
    {
        OptionsLoader loader = new();
        foreach ((string path, string value) in ((string, string)[])[
            ("ItemCache:TimeToLive", Life), ("ItemCache:EarlyRefresh", "0.2"), ("QueryCache:TimeToLive", Life),
            ("QueryCache:EarlyRefresh", "0.2"),
            .. more])
        {
            loader.AddArgument(path, value, path);
        }

        return StackRig.StartAsync(loader.Build()!);
    }

    /// <summary>The item's first version is cached, was read, and is near its end.</summary>
    private async Task<StackRig> StartHotAsync(params (string Path, string Value)[] more)
    {
        StackRig rig = await StartAsync(more);
        await rig.PutBehindAsync(1);
        await rig.ReadAsync(isQuery);
        await rig.ReadAsync(isQuery);
        rig.Time.Advance(Late);
        return rig;
    }

    private long StoredIn(StackRig rig) => isQuery ? rig.Pages.Stored : rig.Items.Stored;

    private long RefreshesIn(StackRig rig) => isQuery ? rig.Pages.Refreshes : rig.Items.Refreshes;
}
