using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>
/// A disk that is really full: writes are answered with 500 and no more than that, reads go on, and with space again so do writes.
/// </summary>
public sealed class FullDiskTests
{
    private const string Table = "full";

    [Test]
    public async Task FullDisk_FailsWritesUntilThereIsSpace()
    {
        using SmallDisk disk = SmallDisk.Mount(8);
        string filler = Path.Combine(disk.Folder, "filler");
        await File.WriteAllBytesAsync(filler, new byte[3 << 20]);
        string data = Path.Combine(disk.Folder, "data");
        HashSet<string> written = [];
        using (ServerProcess server = await ServerProcess.StartAsync(data))
        {
            await server.Sdk.CreateTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL").Request(Table));
            InternalServerErrorException? refusal = null;
            for (int i = 0; refusal is null && i < 2000; i++)
            {
                refusal = await TryPutAsync(server.Sdk, $"k{i}", written);
            }

            Assert.That(refusal?.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
            Assert.That(refusal!.Message, Does.Not.Contain("SQLite").And.Not.Contain("disk").And.Not.Contain(disk.Folder));
            await DemandAllAsync(server.Sdk, written);

            File.Delete(filler);
            Assert.That(await TryPutAsync(server.Sdk, "after", written), Is.Null, "there is space again");
            await DemandAllAsync(server.Sdk, written);
            await server.KillAsync();
        }

        using ServerProcess restarted = await ServerProcess.StartAsync(data);
        await DemandAllAsync(restarted.Sdk, written);
    }

    private static async Task<InternalServerErrorException?> TryPutAsync(AmazonDynamoDBClient sdk, string key, HashSet<string> written)
    {
        try
        {
            await sdk.PutItemAsync(Table, new() { ["p"] = new(key), ["g"] = new("g"), ["body"] = new(new string('x', 20_000)) });
            written.Add(key);
            return null;
        }
        catch (InternalServerErrorException refusal)
        {
            return refusal;
        }
    }

    private static async Task DemandAllAsync(AmazonDynamoDBClient sdk, HashSet<string> written)
    {
        List<string> found = [], indexed = [];
        await foreach (ScanResponse page in sdk.Paginators.Scan(new ScanRequest(Table) { ConsistentRead = true }).Responses)
        {
            found.AddRange(page.Items.Select(item => item["p"].S));
        }

        await foreach (ScanResponse page in sdk.Paginators.Scan(new ScanRequest(Table) { IndexName = "byG" }).Responses)
        {
            indexed.AddRange(page.Items.Select(item => item["p"].S));
        }

        Assert.That((found.ToHashSet().SetEquals(written), indexed.ToHashSet().SetEquals(written)), Is.EqualTo((true, true)));
    }
}
