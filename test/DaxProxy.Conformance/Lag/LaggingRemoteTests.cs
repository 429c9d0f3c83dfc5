using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Lag;

/// <summary>A proxy in front of a remote backend whose replicas and indexes are behind, as DynamoDB's are.</summary>
/// <remarks>Alone, as it runs for a time that is given, and must get something done in it.</remarks>
[TestFixture]
internal sealed class LaggingRemoteTests
{
    private const int Seed = 20261123;
    private static readonly TimeSpan ReplicaLag = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan IndexLag = TimeSpan.FromMilliseconds(400);

    [Test]
    public async Task Reads_AreNeverOlderThanAcknowledgedWrites_NorPagesOfIndexesThanTheirLag()
    {
        HistoryRun run = await RunAsync(ReplicaLag, IndexLag);
        Assert.That(run.Violations().FirstOrDefault(), Is.Null);
        TestContext.Out.WriteLine($"{run.Reads} reads, {run.Hits} of them hits, {run.Writes} writes, no violation");
        Assert.That(Math.Min(run.Hits, run.Writes), Is.GreaterThan(10), "the caches were of use");
    }

    /// <summary>Without this the test above would prove nothing.</summary>
    [Test]
    public async Task Reads_OfAProxyThatDoesNotWaitForReplicas_AreBehind() =>
        Assert.That((await RunAsync(TimeSpan.Zero, TimeSpan.Zero)).Violations(), Is.Not.Empty);

    private static async Task<HistoryRun> RunAsync(TimeSpan replicaSettleTime, TimeSpan indexSettleTime)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy").FullName;
        try
        {
            ProxyOptions behind = new()
            {
                Listen = new ListenOptions { Port = 0, AdminPort = 0 },
                Dax = new DaxOptions { Enabled = false },
                Backend = new BackendOptions
                {
                    DataFolder = folder,
                    Synchronous = Options.Durability.Normal,
                    ReplicaLag = ReplicaLag,
                    IndexLag = IndexLag,
                    LagSeed = Seed,
                },
                ItemCache = new ItemCacheOptions { Enabled = false },
                QueryCache = new QueryCacheOptions { Enabled = false },
            };
            using BackendStack engine = BackendStack.Create(behind, TimeProvider.System);
            await using DaxProxyHost far = await DaxProxyHost.StartAsync(behind, engine, NullLoggerFactory.Instance, TimeProvider.System);
            ProxyOptions options = new()
            {
                Listen = new ListenOptions { Port = 0, AdminPort = 0 },
                Dax = new DaxOptions { Enabled = false },
                Backend = new BackendOptions
                {
                    Kind = BackendKind.DynamoDb,
                    Endpoint = $"http://{far.DataEndPoint}",
                    ReplicaSettleTime = replicaSettleTime,
                    IndexSettleTime = indexSettleTime,
                },
            };
            using BackendStack stack = BackendStack.Create(
                options, TimeProvider.System, credentials: new Amazon.Runtime.BasicAWSCredentials("AKIDEXAMPLE", "secret"));
            await using DaxProxyHost near = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
            Uri endPoint = new($"http://{near.DataEndPoint}");
            using Amazon.DynamoDBv2.AmazonDynamoDBClient sdk = SdkClient.For(endPoint);
            HistoryRun run = new(sdk, endPoint, Seed) { IndexLag = IndexLag };
            await run.RunAsync(HistoryTests.Duration);
            return run;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
