using DaxProxy.Commands;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Tests.Engine.Backups;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>Copies of whole data folders, of processes that run and that do not.</summary>
public sealed class StoreCopyTests
{
    private DirectoryInfo copies = null!;

    private string Copy => Path.Combine(copies.FullName, "copy");

    [SetUp]
    public void Make() => copies = Directory.CreateTempSubdirectory("daxproxy-copies-");

    [TearDown]
    public void Remove() => copies.Delete(recursive: true);

    [Test]
    public async Task Folder_ThatIsServed_IsCopiedWhileWritesGoOn()
    {
        using StoreFolder store = new();
        using (BackupRig rig = await BackupRig.StartAsync(store.Path))
        {
            for (int i = 0; i < 500; i++)
            {
                await rig.PutAsync($"k{i:D3}", i);
            }

            string before = await rig.ItemsAsync("Log");
            Task<(int Code, string Text)> copying = Task.Run(() => RunAsync(store.Path, Copy));
            while (!copying.IsCompleted)
            {
                // The clock is the test's: it is what makes the process look for requests.
                rig.Time.Advance(1);
                await rig.PutAsync("later", 1);
                await Task.Yield();
            }

            Assert.That((await copying).Code, Is.Zero, (await copying).Text);
            Assert.That(Directory.GetFiles(store.Path, "daxproxy.copy*"), Is.Empty, "nothing is left of the request");
            using BackupRig copy = new(Copy);
            Assert.That((await copy.ItemsAsync("Log")).Replace(" later=1", "", StringComparison.Ordinal), Is.EqualTo(before));
            Assert.That(StoreFile.HasChecksums(Path.Combine(Copy, "daxproxy.db")));
        }

        using StringWriter output = new();
        Assert.That(DataCommand.Check(Copy, () => null, output, output), Is.Zero, output.ToString());
    }

    [Test]
    public async Task Folder_OfNoProcess_IsCopied_AndACopyIsRestored()
    {
        using StoreFolder store = new();
        using (BackupRig rig = await BackupRig.StartAsync(store.Path))
        {
            await rig.PutAsync("a", 1);
        }

        int id;
        AttributeNames names = new(["x", "y"]);
        using (AttributeListStore lists = AttributeListStore.Open(store.Path))
        {
            id = await lists.IdOfAsync(names, default);
        }

        string again = Path.Combine(copies.FullName, "again");
        Assert.That(await RunAsync(store.Path, Copy), Is.EqualTo((0, $"{store.Path} is copied to {Copy}\n")));
        Assert.That(await RunAsync(Copy, again), Is.EqualTo((0, $"{Copy} is copied to {again}\n")));
        using (BackupRig restored = new(again))
        {
            Assert.That(await restored.ItemsAsync("Log"), Is.EqualTo("a=1"));
        }

        using AttributeListStore copied = AttributeListStore.Open(again);
        Assert.That(await copied.FindAsync(id, default), Is.EqualTo(names));
    }

    [Test]
    public async Task Copy_OntoWhatIsThere_OrOfWhatIsNot_IsRefused()
    {
        using StoreFolder store = new(), other = new();
        new BackupRig(store.Path).Dispose();
        new BackupRig(other.Path).Dispose();
        Assert.That(await RunAsync(store.Path, other.Path), Is.EqualTo((1, $"The folder {other.Path} is not empty; name another one.\n")));
        Assert.That(await RunAsync(Copy, store.Path), Is.EqualTo((1, $"There is no store in {Copy}.\n")));
    }

    [Test]
    public async Task Folder_WithWhatAKilledProcessLeftOfACopy_IsClearedByTheNext()
    {
        using StoreFolder store = new();
        new BackupRig(store.Path).Dispose();
        foreach (string left in (string[])["daxproxy.copy-request", "daxproxy.copy-abc", "daxproxy.copy-abc.part"])
        {
            await File.WriteAllTextAsync(Path.Combine(store.Path, left), "abc");
        }

        using BackupRig next = new(store.Path);
        Assert.That(Directory.GetFiles(store.Path, "daxproxy.copy*"), Is.Empty);
    }

    [Test]
    public async Task Store_ThatIsDamaged_GivesNoCopy()
    {
        using StoreFolder store = new();
        using (BackupRig rig = await BackupRig.StartAsync(store.Path))
        {
            for (int i = 0; i < 500; i++)
            {
                await rig.PutAsync($"k{i:D3}", i);
            }
        }

        using (FileStream file = new(store.File, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length - 2000;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        (int code, string text) = await RunAsync(store.Path, Copy);
        Assert.That(code, Is.EqualTo(1), text);
        Assert.That(File.Exists(Path.Combine(Copy, "daxproxy.db")), Is.False);
    }

    private static async Task<(int Code, string Text)> RunAsync(string from, string to)
    {
        using StringWriter output = new() { NewLine = "\n" };
        int code = await DataCommand.CopyAsync(from, to, () => null, output, output, isTerminal: false, CancellationToken.None);
        return (code, output.ToString());
    }
}
