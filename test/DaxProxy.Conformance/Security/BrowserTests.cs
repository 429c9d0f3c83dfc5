using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

/// <summary>
/// What a page that a real browser shows can do to a proxy with its defaults: read nothing and change nothing, unless its origin is listed.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable]
public sealed class BrowserTests : IAsyncDisposable
{
    private const string Secret = "only-for-its-owner";
    private const string Key = """{"TableName":"Own","Key":{"pk":{"S":"a"}}}""";
    private const string Put = """{"TableName":"Own","Item":{"pk":{"S":"of-the-page"}}}""";
    private const string Authorization =
        "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private AmazonDynamoDBClient sdk = null!;
    private Wire wire = null!;

    [Test]
    public async Task Page_OfAnotherOrigin_ReadsAndChangesNothing()
    {
        await StartAsync(new ListenOptions { Port = 0, AdminPort = 0 });
        Dictionary<string, string> found =
            await ShowAsync(new IPEndPoint(IPAddress.Loopback, 0), null, "MAP evil.example 127.0.0.1", "http://localhost");
        AssertNothingRead(found);
        await AssertNothingChangedAsync();
    }

    [Test]
    public async Task Page_OfAnotherPortOfLoopback_ReadsAndChangesNothing()
    {
        await StartAsync(new ListenOptions { Port = 0, AdminPort = 0 });
        Dictionary<string, string> found =
            await ShowAsync(new IPEndPoint(IPAddress.Loopback, 0), null, "MAP evil.example 127.0.0.1", "http://127.0.0.1", "localhost");
        AssertNothingRead(found);
        await AssertNothingChangedAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Page_WhoseNameIsReboundToAPort_ReadsAndChangesNothing(bool isDataPort)
    {
        await StartAsync(new ListenOptions { Port = 0, AdminPort = 0 });
        IPEndPoint port = isDataPort ? host.DataEndPoint : host.AdminEndPoint;
        Dictionary<string, string> found = await ShowAsync(new IPEndPoint(
            IPAddress.Parse("127.0.0.2"), port.Port), port, "MAP evil.example 127.0.0.2", null);
        AssertNothingRead(found);
        string own = found[isDataPort ? "GetItem" : "evict"];
        Assert.That(
            own, Does.StartWith("403 ").And.Contain("Listen.AllowedHosts"), "the browser sees the same origin, and lets the page read");
        await AssertNothingChangedAsync();
    }

    [Test]
    public async Task Page_OfAListedOrigin_ReadsAndWrites_ButNotOnTheAdminPort()
    {
        using PageServer server = new(new IPEndPoint(IPAddress.Loopback, 0), null);
        await StartAsync(new ListenOptions { Port = 0, AdminPort = 0, AllowedOrigins = $"http://app.example:{server.Port}" });
        server.Serve(Calls("http://localhost"), new Uri($"http://127.0.0.1:{server.Port}/"));
        using Chromium browser = Chromium.Show(new Uri($"http://app.example:{server.Port}/page"), "MAP app.example 127.0.0.1");
        Dictionary<string, string> found = await server.Report;
        Assert.That(found["GetItem"], Does.StartWith("200 ").And.Contain(Secret));
        Assert.That(found["Scan"], Does.StartWith("200 ").And.Contain(Secret));
        Assert.That(found["PutItem"], Does.StartWith("200 "));
        Assert.That(found["GetItem of no table"], Does.StartWith("400 ").And.Contain("ResourceNotFoundException"));
        Assert.That(found["evict"], Is.EqualTo("failed"));
        Assert.That(
            (await sdk.GetItemAsync("Own", new Dictionary<string, AttributeValue> { ["pk"] = new("of-the-page") })).Item, Is.Not.Empty);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            sdk.Dispose();
            wire.Dispose();
            await host.DisposeAsync();
            stack.Dispose();
        }
    }

    private async Task StartAsync(ListenOptions listen)
    {
        ProxyOptions options =
            new() { Listen = listen, Dax = new DaxOptions { Port = 0 }, Backend = new BackendOptions { InMemory = true } };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        Uri data = new($"http://{host.DataEndPoint}");
        sdk = SdkClient.For(data);
        wire = new Wire(data);
        await sdk.CreateTableAsync(new CreateTableRequest
        {
            TableName = "Own",
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new KeySchemaElement("pk", KeyType.HASH)],
            AttributeDefinitions = [new AttributeDefinition("pk", ScalarAttributeType.S)],
        });
        await sdk.PutItemAsync("Own", new Dictionary<string, AttributeValue> { ["pk"] = new("a"), ["secret"] = new(Secret) });
        await wire.SendAsync("GetItem", Key);
        Assert.That((await wire.SendAsync("GetItem", Key)).CacheStatus, Does.Contain("hit"));
    }

    /// <summary>Shows a page of <c>evil.example</c>, or of another host, and returns what it found.</summary>
    /// <param name="address">Where its server listens.</param>
    /// <param name="behind">Where its name leads once it was loaded; null for the same server.</param>
    /// <param name="rules">Where names lead.</param>
    /// <param name="target">The scheme and host that it calls; null for its own.</param>
    /// <param name="pageHost">The host of the page.</param>
    private async Task<Dictionary<string, string>> ShowAsync(
        IPEndPoint address, IPEndPoint? behind, string rules, string? target, string pageHost = "evil.example")
    {
        using PageServer reports = new(new IPEndPoint(IPAddress.Loopback, 0), null), server = new(address, behind);
        server.Serve(Calls(target ?? "http://evil.example"), new Uri($"http://127.0.0.1:{reports.Port}/"));
        using Chromium browser = Chromium.Show(new Uri($"http://{pageHost}:{server.Port}/page"), rules);
        return await reports.Report;
    }

    /// <summary>All that a page may try: what the SDK for browsers sends, and what browsers send without asking.</summary>
    private List<PageCall> Calls(string target)
    {
        string data = $"{target}:{host.DataEndPoint.Port}/", admin = $"{target}:{host.AdminEndPoint.Port}/",
            dax = $"{target}:{host.DaxEndPoint!.Port}/";
        Dictionary<string, string> json = new() { ["Content-Type"] = "application/json" }, text = new() { ["Content-Type"] = "text/plain" };
        return
        [
            Sdk("GetItem", Key),
            Sdk("Scan", """{"TableName":"Own"}"""),
            Sdk("PutItem", Put),
            Sdk("GetItem of no table", """{"TableName":"Nowhere","Key":{"pk":{"S":"a"}}}"""),
            new("evict", admin + "api/evict", "cors", json, """{"all":true}"""),
            new("simple evict", admin + "api/evict", "no-cors", text, """{"all":true}"""),
            new("simple PutItem", data + "?X-Amz-Target=DynamoDB_20120810.PutItem", "no-cors", text, Put),
            new("health", data, "cors", new Dictionary<string, string>(), null),
            new("statistics", admin + "api/stats", "cors", new Dictionary<string, string>(), null),
            new("metrics", admin + "metrics", "no-cors", new Dictionary<string, string>(), null),
            new("DAX", dax, "no-cors", text, Put),
        ];

        PageCall Sdk(string name, string body) => new(
            name,
            data,
            "cors",
            new Dictionary<string, string>
            {
                ["Content-Type"] = "application/x-amz-json-1.0",
                ["X-Amz-Target"] = "DynamoDB_20120810." + name.Split(' ')[0],
                ["X-Amz-Date"] = "20260101T000000Z",
                ["Authorization"] = Authorization,
            },
            body);
    }

    private static void AssertNothingRead(Dictionary<string, string> found)
    {
        Assert.That(found, Has.Count.EqualTo(11));
        foreach ((string name, string answer) in found)
        {
            Assert.That(answer, Is.EqualTo("failed").Or.StartsWith("0 ").Or.StartsWith("403 "), name);
            Assert.That(answer, Does.Not.Contain(Secret).And.Not.Contain("hits"), name);
        }
    }

    private async Task AssertNothingChangedAsync()
    {
        Assert.That((await wire.SendAsync("GetItem", Key)).CacheStatus, Does.Contain("hit"), "nothing was evicted");
        Assert.That((await sdk.ScanAsync(new ScanRequest("Own"))).Items.Select(item => item["pk"].S), Is.EqualTo(new[] { "a" }));
    }
}
