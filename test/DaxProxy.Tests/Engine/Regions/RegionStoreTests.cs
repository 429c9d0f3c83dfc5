using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Engine.Storage.Seals;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using static DaxProxy.Tests.Engine.Regions.RegionsRig;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>What regions have on their disks.</summary>
public sealed class RegionStoreTests
{
    private const string Table = "Music";

    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("daxproxy-regions-");

    [TearDown]
    public void RemoveFolder() => folder.Delete(recursive: true);

    [Test]
    public async Task Restart_SendsWhatWasNotSent_AndCopiesWhatWasNotCopied()
    {
        StillTime time = new();
        using (RegionsRig rig = new(time, folder.FullName))
        {
            await rig.CreateAsync(Virginia, Table);
            await rig.PutAsync(Virginia, Table, "old", "1");
            await rig.ReplicateAsync(Virginia, Table, Ireland);
            await rig.PumpAsync();
            await rig.PutAsync(Virginia, Table, "a", "1");
            await rig.PutAsync(Ireland, Table, "b", "1");
            await rig.CallAsync(Ireland, "DeleteItem", $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'old'}}}}}}");
            await rig.ReplicateAsync(Ireland, Table, Tokyo);
        }

        using (RegionsRig rig = new(time, folder.FullName))
        {
            Assert.That((string?)(await rig.DescribeAsync(Virginia, Table))["Replicas"]?[1]?["ReplicaStatus"], Is.EqualTo("CREATING"));
            await rig.PumpAsync();
            foreach (string region in All)
            {
                Assert.That(await rig.GetAsync(region, Table, "a"), Is.EqualTo("1"), region);
                Assert.That(await rig.GetAsync(region, Table, "b"), Is.EqualTo("1"), region);
                Assert.That(await rig.GetAsync(region, Table, "old"), Is.Null, region);
            }

            Assert.That((string?)(await rig.DescribeAsync(Virginia, Table))["Replicas"]?[1]?["ReplicaStatus"], Is.EqualTo("ACTIVE"));
        }
    }

    [Test]
    public async Task StoreOfOneRegion_HoldsNothingForTheSakeOfOthers([Values] bool hasOthers)
    {
        EngineOptions options = new() { DataFolder = folder.FullName, Checksums = false, HasOtherRegions = hasOthers };
        using (EngineRig rig = new(options, TimeProvider.System))
        {
            await rig.CreateHashTableAsync(Table);
        }

        using SqliteConnection connection = new($"Data Source={Path.Combine(folder.FullName, StoreFile.Name)};Pooling=false");
        connection.Open();
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM sqlite_master WHERE name IN ('region', 'replicas', 'stamps', 'outgoing', 'arrived')";
        Assert.That(count.ExecuteScalar(), Is.EqualTo(hasOthers ? 5L : 0L));
    }

    [Test]
    public async Task StoreOfAnotherRegion_IsNotOpened()
    {
        using (RegionsRig rig = new(null, folder.FullName))
        {
            await rig.CreateAsync(Virginia, Table);
        }

        Directory.Move(Path.Combine(folder.FullName, Tokyo), Path.Combine(folder.FullName, "aside"));
        Directory.Move(Path.Combine(folder.FullName, Virginia), Path.Combine(folder.FullName, Tokyo));
        StorageException? fault = Assert.Throws<StorageException>(() => new RegionsRig(null, folder.FullName).Dispose());
        Assert.That(fault!.Message, Does.Contain("us-east-1").And.Contain("Backend:Region"));
    }
}
