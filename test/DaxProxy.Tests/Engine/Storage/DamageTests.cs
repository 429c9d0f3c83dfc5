using DaxProxy.Engine.Storage.Files;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>Stores that cannot be opened: one line says why, and nothing of them is touched.</summary>
public sealed class DamageTests
{
    private const int PageBytes = 4096;

    /// <summary>The type of a page, its first byte. Source: the SQLite file format.</summary>
    private const byte LeafOfATreeOfKeys = 10;

    [Test]
    public void Store_OfANewerLayout_IsRefused()
    {
        using StoreFolder store = new();
        new EngineRig(store.Path).Dispose();
        store.Execute("PRAGMA user_version = 99");
        Refuse(store, "written by a newer DaxProxy (layout 99, this one reads up to 5)");
    }

    [Test]
    public void Store_OfSomethingElse_IsRefused()
    {
        using StoreFolder store = new();
        store.Execute("CREATE TABLE theirs (x)");
        Refuse(store, "is not a DaxProxy store");
    }

    [Test]
    public async Task Store_WithADamagedHeader_IsRefused()
    {
        using StoreFolder store = new();
        await FillAsync(store);
        Damage(store, 0, 100);
        Refuse(store, "is damaged");
    }

    [Test]
    public async Task Store_WithATornPageInTheMiddle_IsRefused([Values(true, false)] bool isWithZeros)
    {
        using StoreFolder store = new();
        await FillAsync(store);

        // A page of items that is only half written: its second half is of another time, or was never written.
        Damage(store, FindPageOfItems(store) + (PageBytes / 2), PageBytes / 2, isWithZeros ? (byte)0 : (byte)0xA5);
        Refuse(store, "is damaged");
    }

    private static async Task FillAsync(StoreFolder store)
    {
        using EngineRig rig = new(store.Path, new ManualTime());
        await rig.CreateHashTableAsync("tab");
        for (int i = 0; i < 200; i++)
        {
            await rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}},'text':{{'S':'{new string('x', 300)}'}}}}}}");
        }
    }

    /// <summary>Where a leaf of the tree of items begins, one from the middle of the file.</summary>
    private static long FindPageOfItems(StoreFolder store)
    {
        byte[] file = File.ReadAllBytes(store.File);
        List<int> pages = [.. Enumerable.Range(1, (file.Length / PageBytes) - 1).Select(page => page * PageBytes)
            .Where(at => file[at] == LeafOfATreeOfKeys && file.AsSpan(at, PageBytes).IndexOf("\"text\""u8) >= 0)];
        Assert.That(pages, Has.Count.GreaterThan(3));
        return pages[pages.Count / 2];
    }

    private static void Damage(StoreFolder store, long at, int length, byte value = 0xA5)
    {
        using FileStream file = new(store.File, FileMode.Open, FileAccess.Write);
        file.Position = at;
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        file.Write(bytes);
    }

    private static void Refuse(StoreFolder store, string text)
    {
        byte[] before = File.ReadAllBytes(store.File);
        StorageException? fault = Assert.Throws<StorageException>(() => new EngineRig(store.Path, new ManualTime()).Dispose());
        Assert.That(fault?.Message, Does.Contain(text).And.Not.Contain("\n"));
        Assert.That(File.ReadAllBytes(store.File), Is.EqualTo(before));
    }
}
