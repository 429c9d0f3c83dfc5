using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Tests.Caching;
using NUnit.Framework;
using static DaxProxy.Tests.Engine.Storage.SealedStore;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>A store that had no checksums is given them, whatever comes between.</summary>
[TestFixture]
public sealed class GivenChecksumsTests
{
    private static readonly EngineOptions Options = new() { SynchronizeEveryCommit = false };

    [Test]
    public async Task Store_WithoutChecksums_IsGivenThemAndKeepsAll()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options with { Checksums = false });
        Assert.That(StoreFile.HasChecksums(store.File), Is.False);
        Dictionary<string, string> truth;
        using (EngineRig rig = new(Options with { DataFolder = store.Path, Checksums = false }, new ManualTime()))
        {
            truth = await ReadAllAsync(rig, null);
        }

        Assert.That(StoreFile.HasChecksums(store.File), Is.False, "only where they are asked for");
        using (EngineRig rig = Open(store.Path))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(StoreFile.HasChecksums(store.File), Is.True);
        using (EngineRig rig = new(Options with { DataFolder = store.Path, Checksums = false }, new ManualTime()))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(StoreFile.HasChecksums(store.File), Is.True, "never taken away");
    }

    /// <summary>
    /// A process that ends while the copy is made leaves the store and a part of the copy; one that ends before leaves a log, which is part
    /// of the store.
    /// </summary>
    [Test]
    public async Task Store_ThatWasBeingGivenChecksums_IsGivenThemAtTheNextStart()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed");
        Dictionary<string, string> truth;
        using (EngineRig rig = new(Options with { DataFolder = store.Path, Checksums = false }, new ManualTime()))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        Assert.That(new FileInfo(Path.Combine(killed, "daxproxy.db-wal")).Length, Is.GreaterThan(0));
        File.WriteAllBytes(Path.Combine(killed, "daxproxy.db-new"), new byte[9999]);
        using EngineRig again = Open(killed);
        await ReadAllAsync(again, truth);
        Assert.That(StoreFile.HasChecksums(Path.Combine(killed, "daxproxy.db")), Is.True);
        Assert.That(File.Exists(Path.Combine(killed, "daxproxy.db-new")), Is.False);
    }

    /// <summary>Layout 2 and each one before had no checksums; what is kept of layout 1 stands for all of them.</summary>
    [Test]
    public void Store_OfAnOlderLayout_IsGivenChecksums()
    {
        using StoreFolder store = StoreFolder.OfLayout1();
        new EngineRig(store.Path, new ManualTime()).Dispose();
        Assert.That(StoreFile.HasChecksums(store.File), Is.True);
        Assert.That(store.Read("PRAGMA integrity_check"), Is.EqualTo(new[] { "ok" }));
    }

    private static EngineRig Open(string folder) => new(Options with { DataFolder = folder }, new ManualTime());
}
