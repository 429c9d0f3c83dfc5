using System.Text;
using System.Text.Json.Nodes;
using DaxProxy.Backends;
using DaxProxy.Conformance.Protocol;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.BadInput;

/// <summary>Bad requests over a socket against the engine: DynamoDB's type, status and text, and a process that lives on.</summary>
public sealed class BadInputTests
{
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private HttpClient client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        client = new HttpClient();
        foreach (string table in BadInputCases.Tables)
        {
            (int status, string body) = await CallAsync("CreateTable", table);
            Assert.That(status, Is.EqualTo(200), body);
        }

        (int putStatus, string putBody) = await CallAsync("PutItem", BadInputCases.GoodItem);
        Assert.That(putStatus, Is.EqualTo(200), putBody);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
        stack.Dispose();
    }

    [TestCaseSource(typeof(BadInputCases), nameof(BadInputCases.All))]
    public async Task Request_ThatIsBad_GetsTheErrorOfDynamoDb(string operation, string body, string type, string? message)
    {
        (int status, string answer) = await CallAsync(operation, body);
        JsonNode error = JsonNode.Parse(answer)!;
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(400), answer);
            Assert.That((string?)error["__type"], Does.EndWith("#" + type));
            Assert.That((string?)(error["message"] ?? error["Message"]), Is.EqualTo(message));
        });
    }

    [Test]
    public async Task GoodItem_AfterAllThat_IsStillThere()
    {
        (int status, string body) = await CallAsync("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'},'sk':{'N':'1'}}}");
        Assert.That(status, Is.EqualTo(200));
        Assert.That(body, Does.Contain("\"untouched\""));
    }

    private async Task<(int Status, string Body)> CallAsync(string operation, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{host.DataEndPoint}/");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Replace('\'', '"')));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation("Authorization", HostFixture.Signature);
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
