using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>The proxy in front of emulators that are none of ours: they check signatures' form, and answer in their own way.</summary>
/// <remarks>The whole conformance project runs in front of them when <c>DAXPROXY_CONFORMANCE_SERVER</c> names one.</remarks>
[TestFixture("dynalite")]
[TestFixture("dynoxide")]
internal sealed class ForeignServerTests(string name)
{
    private ForeignServer? server;
    private BackendStack? stack;
    private DaxProxyHost? host;
    private AmazonDynamoDBClient sdk = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        try
        {
            server = ForeignServer.Start(name);
        }
        catch (PlatformNotSupportedException reason)
        {
            Assert.Ignore(reason.Message);
        }

        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Backend = new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = server!.EndPoint.AbsoluteUri },
        };
        stack = BackendStack.Create(options, TimeProvider.System, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        sdk = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        sdk?.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        stack?.Dispose();
        server?.Dispose();
    }

    [Test]
    public async Task ReadsAndWrites_ThroughTheProxy_SeeEachOther()
    {
        await sdk.CreateTableAsync(new TableShape("p:S").Request("Dyna"));
        await UntilAsync(async () => (await sdk.DescribeTableAsync("Dyna")).Table.TableStatus == TableStatus.ACTIVE);
        Dictionary<string, AttributeValue> key = new() { ["p"] = new AttributeValue("a") };
        for (int version = 1; version <= 3; version++)
        {
            await sdk.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = "Dyna",
                Key = key,
                UpdateExpression = "ADD v :one",
                ExpressionAttributeValues = new() { [":one"] = new AttributeValue { N = "1" } },
            });
            Assert.That((await sdk.GetItemAsync("Dyna", key)).Item["v"].N, Is.EqualTo($"{version}"));
            Assert.That((await QueryAsync()).Single()["v"].N, Is.EqualTo($"{version}"));
        }

        await sdk.PutItemAsync("Dyna", new() { ["p"] = new AttributeValue("a") });
        Assert.That((await QueryAsync()).Single(), Has.Count.EqualTo(1));
        await sdk.DeleteItemAsync("Dyna", key);
        Assert.That((await sdk.GetItemAsync("Dyna", key)).IsItemSet, Is.False);
        Assert.That(await QueryAsync(), Is.Empty);
    }

    private async Task<List<Dictionary<string, AttributeValue>>> QueryAsync() => (await sdk.QueryAsync(new QueryRequest
    {
        TableName = "Dyna",
        KeyConditionExpression = "p = :p",
        ExpressionAttributeValues = new() { [":p"] = new AttributeValue("a") },
    })).Items ?? [];

    private static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            if (await isTrue())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("The table did not get ready.");
    }

    [Test]
    public async Task BadRequest_ThroughTheProxy_IsRefusedAsItIsDirectly()
    {
        using Wire direct = new(server!.EndPoint), proxied = new(new Uri($"http://{host!.DataEndPoint}"));
        foreach ((string operation, string request) in new[]
        {
            ("PutItem", "{'TableName':'none','Item':{'p':{'N':'1e999'}}}"),
            ("UpdateItem", "{'TableName':'none','Key':{'p':{'S':'a'}},'UpdateExpression':'SET'}"),
            ("Query", "{'TableName':'none','Limit':0}"),
            ("GetItem", "{'Key':{'p':{'S':'a'}}}"),
            ("GetItem", "{'TableName':'none','Key':{'p':{'S':'a'}}}"),
        })
        {
            WireReply one = await direct.SendAsync(operation, request), other = await proxied.SendAsync(operation, request);
            Assert.That(one.Status, Is.EqualTo(400));
            Assert.That((other.Status, other.Error), Is.EqualTo((one.Status, one.Error)));
        }
    }
}
