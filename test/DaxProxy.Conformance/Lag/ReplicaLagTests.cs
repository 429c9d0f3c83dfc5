using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Lag;

/// <summary>A host whose engine lags, as configured: what a client sees of it, with and without the cache.</summary>
internal sealed class ReplicaLagTests
{
    private const string Table = "Log";

    /// <summary>Only there so that a fault ends the test.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("daxproxy").FullName;
    private BackendStack? backends;
    private DaxProxyHost? host;
    private AmazonDynamoDBClient sdk = null!;

    [TearDown]
    public async Task StopAsync()
    {
        sdk.Dispose();
        await host!.DisposeAsync();
        backends!.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Client_SeesOldValues_ThenTheNewOne([Values(null, "byColour")] string? index)
    {
        await StartAsync(isCached: false);
        int written = 0;
        Stopwatch watch = Stopwatch.StartNew();
        do
        {
            await PutAsync(++written);
            Assert.That((await sdk.GetItemAsync(Table, Key(), consistentRead: true)).Item["v"].N, Is.EqualTo($"{written}"));
        }
        while (await ReadAsync(index) == written && watch.Elapsed < Patience);
        Assert.That(watch.Elapsed, Is.LessThan(Patience), "no read was ever behind");

        // Some replicas may know already, but by the lag's end all must.
        await Task.Delay(TimeSpan.FromSeconds(0.4));
        for (int i = 0; i < 30; i++)
        {
            Assert.That(await ReadAsync(index), Is.EqualTo(written));
        }
    }

    [Test]
    public async Task Client_OfTheCache_NeverSeesAnOlderValue()
    {
        await StartAsync(isCached: true);
        for (int i = 1; i <= 300; i++)
        {
            await PutAsync(i);

            // A refused write drops the key, so that the next read goes to the engine.
            await Assert.ThrowsAsync<ConditionalCheckFailedException>(async () => await sdk.PutItemAsync(new PutItemRequest
            {
                TableName = Table,
                Item = Row(0),
                ConditionExpression = "attribute_not_exists(p)",
            }));
            Assert.That(await ReadAsync(null), Is.EqualTo(i));
        }
    }

    private async Task StartAsync(bool isCached)
    {
        OptionsLoader loader = new();
        foreach ((string path, string value) in new[]
        {
            ("Listen:Port", "0"), ("Listen:AdminPort", "0"), ("Dax:Enabled", "false"), ("Backend:DataFolder", folder),
            ("Backend:Synchronous", "normal"),
            ("Backend:ReplicaLag", "0.3"), ("Backend:IndexLag", "0.3"), ("Backend:LagSeed", "3"),
            ("ItemCache:Enabled", isCached ? "true" : "false"),
        })
        {
            loader.AddArgument(path, value, path);
        }

        ProxyOptions options = loader.Build()!;
        backends = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, TimeProvider.System);
        sdk = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
        await sdk.CreateTableAsync(new TableShape("p:S").Gsi("byColour", "colour:S", "ALL").Request(Table));
    }

    private async Task PutAsync(int version) => await sdk.PutItemAsync(Table, Row(version));

    /// <summary>The version that an eventually consistent read shows; 0 when it shows no item.</summary>
    private async Task<int> ReadAsync(string? index)
    {
        if (index is null)
        {
            GetItemResponse got = await sdk.GetItemAsync(Table, Key());
            return got.IsItemSet ? int.Parse(got.Item["v"].N) : 0;
        }

        QueryResponse page = await sdk.QueryAsync(new QueryRequest
        {
            TableName = Table,
            IndexName = index,
            KeyConditionExpression = "colour = :c",
            ExpressionAttributeValues = new() { [":c"] = new AttributeValue("red") },
        });
        return page.Items is [{ } item] ? int.Parse(item["v"].N) : 0;
    }

    private static Dictionary<string, AttributeValue> Key() => new() { ["p"] = new AttributeValue("a") };

    private static Dictionary<string, AttributeValue> Row(int version) => new(Key())
    {
        ["v"] = new AttributeValue { N = $"{version}" },
        ["colour"] = new AttributeValue("red"),
    };
}
