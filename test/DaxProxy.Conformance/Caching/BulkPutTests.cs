using System.Text;
using Amazon.DynamoDBv2;
using DaxProxy.Backends;
using DaxProxy.Conformance.Dax;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>
/// What clients see, over both protocols and with both caches warm, while a bulk put or an import writes. The engine is on a disk, so that
/// reads run beside the writer.
/// </summary>
public sealed class BulkPutTests
{
    private const int Partitions = 3;
    private const int Sorts = 5;
    private const int Rounds = 300;

    private DirectoryInfo folder = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private Wire wire = null!;

    [SetUp]
    public async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("daxproxy-bulk-");
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions
            {
                DataFolder = Path.Combine(folder.FullName, "data"),
                Synchronous = DaxProxy.Options.Durability.Normal,
                Buckets = Buckets,
            },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        wire = new Wire(new Uri($"http://{host.DataEndPoint}"));
        folder.CreateSubdirectory("buckets/bucket/in");
    }

    [TearDown]
    public async Task StopAsync()
    {
        wire.Dispose();
        await host.DisposeAsync();
        stack.Dispose();
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task Reads_WhileABulkPutWrites_DoNotGoBackPastAnAcknowledgedWrite_AndSeeAllOfItInTheEnd()
    {
        using SdkHistoryClient sdk = new(wire.EndPoint, "tab");
        using (AmazonDynamoDBClient admin = SdkClient.For(wire.EndPoint))
        {
            await HistoryRun.MakeTableAsync(admin, "tab");
            await HistoryRun.MakeTableAsync(admin, "other");
        }

        using SdkHistoryClient other = new(wire.EndPoint, "other");
        using IHistoryClient dax = await DaxHistoryClient.ConnectAsync(host.DaxEndPoint!, "tab");
        IHistoryClient[] clients = [sdk, dax];
        foreach ((int partition, int sort) in Keys)
        {
            await sdk.PutAsync(new HistoryItem(partition, sort, 0, "g0"));
        }

        Dictionary<(int, int), int> seen = [];
        await ReadAllAsync(clients, seen, []);
        await ReadAllAsync(clients, seen, []);
        Assert.That(seen.Values, Is.All.Zero);

        await File.WriteAllTextAsync(Path.Combine(Buckets, "bucket", "in", "1.json"), Lines());
        string arn =
            (await wire.SendAsync("StartBulkPutItems", "{'TableName':'tab','InputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'in/',"
                + "'InputFormat':'DYNAMODB_JSON'},'OutputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'out','OutputType':['ERROR']}}"))
            ["BulkOperationDescription.BulkOperationArn"]!;
        string status = "'IN_PROGRESS'";
        while (status == "'IN_PROGRESS'")
        {
            status = (await wire.SendAsync("DescribeBulkOperation", $"{{'BulkOperationArn':{arn}}}"))["BulkOperationDescription.BulkOperationStatus"]!;

            // Whatever was seen of a state, no read shows one before it once a later write was acknowledged.
            Dictionary<(int, int), int> least = new(seen);
            await other.PutAsync(new HistoryItem(0, 0, 0, "g0"));
            await ReadAllAsync(clients, seen, least);
        }

        Assert.That(status, Is.EqualTo("'COMPLETED'"));
        await ReadAllAsync(clients, seen, seen);
        foreach (((int Partition, int Sort) key, int version) in seen)
        {
            Assert.That(version, Is.EqualTo(VersionOf(Rounds - 1, key)), $"{key}");
        }
    }

    [Test]
    public async Task Table_ThatIsImported_IsReadAsAWholeByBothProtocols()
    {
        await File.WriteAllTextAsync(Path.Combine(Buckets, "bucket", "in", "1.json"), Lines());
        string arn =
            (await wire.SendAsync(
                "ImportTable", "{'S3BucketSource':{'S3Bucket':'bucket','S3KeyPrefix':'in/'},'InputFormat':'DYNAMODB_JSON',"
                + "'TableCreationParameters':{'TableName':'tab','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
                + "{'AttributeName':'s','AttributeType':'N'}],'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}]}}"))
            ["ImportTableDescription.ImportArn"]!;
        string status = "'IN_PROGRESS'";
        while (status == "'IN_PROGRESS'")
        {
            // Cached would be what is not there yet.
            WireReply early = await wire.SendAsync("GetItem", "{'TableName':'tab','Key':{'p':{'S':'p0'},'s':{'N':'0'}}}");
            Assert.That(
                early.Error ?? early["Item.v.N"],
                Is.EqualTo("ResourceNotFoundException: Requested resource not found").Or.EqualTo($"'{VersionOf(Rounds - 1, (0, 0))}'"));
            status = (await wire.SendAsync("DescribeImport", $"{{'ImportArn':{arn}}}"))["ImportTableDescription.ImportStatus"]!;
        }

        Assert.That(status, Is.EqualTo("'COMPLETED'"));
        using SdkHistoryClient sdk = new(wire.EndPoint, "tab");
        using IHistoryClient dax = await DaxHistoryClient.ConnectAsync(host.DaxEndPoint!, "tab");
        foreach (IHistoryClient client in new[] { sdk, dax, sdk, dax })
        {
            foreach ((int Partition, int Sort) key in Keys)
            {
                Assert.That((await client.GetAsync(key, asksForCapacity: false)).Seen[key], Is.EqualTo(VersionOf(Rounds - 1, key)));
            }

            Assert.That((await client.ScanAsync()).Seen, Has.Count.EqualTo(Partitions * Sorts));
        }
    }

    private string Buckets => Path.Combine(folder.FullName, "buckets");

    private static IEnumerable<(int Partition, int Sort)> Keys =>
        Enumerable.Range(0, Partitions).SelectMany(partition => Enumerable.Range(0, Sorts).Select(sort => (partition, sort)));

    /// <summary>What a round writes of a key; more than all rounds before.</summary>
    private static int VersionOf(int round, (int Partition, int Sort) key) =>
        1 + (round * Partitions * Sorts) + (key.Partition * Sorts) + key.Sort;

    /// <summary>Each key in each round, in the group that its version says.</summary>
    private static string Lines()
    {
        StringBuilder lines = new();
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((int partition, int sort) in Keys)
            {
                int version = VersionOf(round, (partition, sort));
                lines.Append(
                    $"{{'Item':{{'p':{{'S':'p{partition}'}},'s':{{'N':'{sort}'}},'v':{{'N':'{version}'}},'g':{{'S':'g{version % 2}'}},'a':{{'N':'{version % 4}'}}}}}}\n"
                    .Replace('\'', '"'));
            }
        }

        return lines.ToString();
    }

    /// <summary>Reads everything in all ways, and notes the newest state of each item. No read shows one before the least.</summary>
    private static async Task ReadAllAsync(
        IHistoryClient[] clients, Dictionary<(int, int), int> seen, Dictionary<(int, int), int> least)
    {
        foreach (IHistoryClient client in clients)
        {
            for (int partition = 0; partition < Partitions; partition++)
            {
                Note(await client.QueryPartitionAsync(partition, byOrder: false));
                Note(await client.QueryPartitionAsync(partition, byOrder: true));
            }

            Note(await client.QueryGroupAsync("g0"));
            Note(await client.QueryGroupAsync("g1"));
            Note(await client.ScanAsync());
            foreach ((int Partition, int Sort) key in Keys)
            {
                Note(await client.GetAsync(key, asksForCapacity: false));
            }
        }

        void Note(HistoryReply reply)
        {
            foreach (((int, int) key, int version) in reply.Seen)
            {
                Assert.That(version, Is.GreaterThanOrEqualTo(least.GetValueOrDefault(key)), $"{key}");
                seen[key] = Math.Max(version, seen.GetValueOrDefault(key));
            }
        }
    }
}
