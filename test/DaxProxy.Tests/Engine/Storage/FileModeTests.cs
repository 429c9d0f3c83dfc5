using System.Runtime.Versioning;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Engine.Services;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Files;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>Who may read and write what is made in a data folder, and what is said where that goes wrong.</summary>
public sealed class FileModeTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has other rights.")]
    [UnsupportedOSPlatform("windows")]
    public async Task DataFolder_AndAllInIt_IsItsOwnersOnly()
    {
        using StoreFolder parent = new();
        string folder = Path.Combine(parent.Path, "new", "data");
        using (EngineRig rig = new(folder))
        using (AttributeListStore lists = AttributeListStore.Open(folder))
        using (ServiceStore services = ServiceStore.Open(folder))
        {
            services.Save("kind", "id", "body"u8);
            await lists.IdOfAsync(new AttributeNames(["name"]), default);
            IEnumerable<string> files = Directory.GetFiles(folder)
                .Select(file => $"{Path.GetFileName(file)} {File.GetUnixFileMode(file)}")
                .Order(StringComparer.Ordinal);
            string[] expected =
            [
                $"attribute-lists.db {Owner}", $"attribute-lists.db-shm {Owner}", $"attribute-lists.db-wal {Owner}",
                $"daxproxy.db {Owner}", $"daxproxy.db-wal {Owner}", $"daxproxy.lock {Owner}",
                $"services.db {Owner}", $"services.db-shm {Owner}", $"services.db-wal {Owner}",
            ];
            Assert.That(files, Is.EqualTo(expected));
        }

        foreach (string made in new[] { folder, Path.GetDirectoryName(folder)! })
        {
            Assert.That(File.GetUnixFileMode(made), Is.EqualTo(Owner | UnixFileMode.UserExecute), made);
        }
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has other rights.")]
    [UnsupportedOSPlatform("windows")]
    public void DataFolder_ThatIsThere_KeepsItsRights()
    {
        using StoreFolder folder = new();
        UnixFileMode given = Owner | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(folder.Path, given);
        new EngineRig(folder.Path).Dispose();
        Assert.That(File.GetUnixFileMode(folder.Path), Is.EqualTo(given));
    }

    [TestCase(Owner)]
    [TestCase(Owner | UnixFileMode.GroupRead)]
    [Platform(Exclude = "Win", Reason = "Windows has other rights.")]
    [UnsupportedOSPlatform("windows")]
    public void Store_GivenChecksums_KeepsItsRights(UnixFileMode given)
    {
        using StoreFolder folder = new();
        EngineOptions options = new() { DataFolder = folder.Path, SynchronizeEveryCommit = false };
        new EngineRig(options with { Checksums = false }, TimeProvider.System).Dispose();
        File.SetUnixFileMode(folder.File, given);
        new EngineRig(options, TimeProvider.System).Dispose();
        Assert.That(File.GetUnixFileMode(folder.File), Is.EqualTo(given));
        Assert.That(StoreFile.HasChecksums(folder.File), Is.True);
    }

    [Test]
    public void DataFolder_ThatAnotherUses_IsInUse()
    {
        using StoreFolder folder = new();
        using EngineRig first = new(folder.Path);
        Assert.That(
            () => new EngineRig(folder.Path), Throws.TypeOf<StorageException>().With.Message.Contains("is in use by another process"));
    }

    [Test]
    public void DataFolder_ThatCannotBeMade_CannotBeWritten()
    {
        using StoreFolder folder = new();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.That(
            () => new EngineRig(Path.Combine(file, "data")),
            Throws.TypeOf<StorageException>().With.Message.Match("cannot be (created|written)"));
    }
}
