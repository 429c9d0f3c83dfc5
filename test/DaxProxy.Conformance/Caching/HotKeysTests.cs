using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary><c>/api/hot-keys</c> of the real process: the key that most reads ask for is first, and is shown to whom it may be.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HotKeysTests
{
    private const string Secret = "the-secret-of-the-port";
    private const string Hot = "hot-key-17";

    [TestCase("keys", false, "keys")]
    [TestCase("keys", true, "keys")]
    [TestCase("hashes", true, "hashes")]
    [TestCase("off", false, "off")]
    public async Task HotKeys_AreFound_AndShownToWhomTheyMayBe(string display, bool hasToken, string shows)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Secret);
        using ServerProcess server = await ServerProcess.StartAsync(
            ["--in-memory"], new() { ["DAXPROXY__Telemetry__HotKeys"] = display, ["DAXPROXY__Admin__Token"] = hasToken ? file : "" });
        using HttpClient client = new() { BaseAddress = server.AdminEndPoint };
        await server.Sdk.CreateTableAsync(new TableShape("p:S s:N").Request("Orders"));
        using Wire wire = new(server.EndPoint);
        await Parallel.ForAsync(0, display == "off" ? 100 : 1500, async (i, _) =>
        {
            string name = i % 2 == 0 ? Hot : $"other-{i}";
            await wire.SendAsync("GetItem", $"{{'TableName':'Orders','Key':{{'p':{{'S':'{name}'}},'s':{{'N':'5'}}}}}}");
            await wire.SendAsync(
                "Query",
                "{'TableName':'Orders','KeyConditionExpression':'p = :p','ExpressionAttributeValues':" + $"{{':p':{{'S':'{name}'}}}}}}");
        });
        if (hasToken)
        {
            using HttpResponseMessage refused = await client.GetAsync("/api/hot-keys");
            Assert.That((int)refused.StatusCode, Is.EqualTo(401));
            Assert.That(await refused.Content.ReadAsStringAsync(), Does.Not.Contain(Hot));
            client.DefaultRequestHeaders.Authorization = new("Bearer", Secret);
        }

        if (shows == "keys" && !hasToken)
        {
            // What a forwarder on this machine passes on may come from anyone.
            using HttpRequestMessage forwarded = new(HttpMethod.Get, "/api/hot-keys") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
            using HttpResponseMessage hashes = await client.SendAsync(forwarded);
            Assert.That(await hashes.Content.ReadAsStringAsync(), Does.Contain("\"hash\"").And.Not.Contain(Hot));
            using StringContent question = new("{}", System.Text.Encoding.UTF8, "application/json");
            using HttpRequestMessage explain = new(HttpMethod.Post, "/api/explain") { Content = question, Headers = { { "Via", "1.1 proxy" } } };
            using HttpResponseMessage refused = await client.SendAsync(explain);
            Assert.That((int)refused.StatusCode, Is.EqualTo(403));
        }

        string body = await client.GetStringAsync("/api/hot-keys");
        JsonNode told = JsonNode.Parse(body)!;
        Assert.That((string?)told["shows"], Is.EqualTo(shows));
        Assert.That(body.Contains(Hot, StringComparison.Ordinal), Is.EqualTo(shows == "keys"));
        if (shows == "off")
        {
            Assert.That(told["items"]!.AsArray().Count + told["queries"]!.AsArray().Count, Is.Zero);
            return;
        }

        foreach (string kind in (string[])["items", "queries"])
        {
            JsonNode first = told[kind]![0]!;
            Assert.That((string?)first["table"], Is.EqualTo("Orders"));
            Assert.That((string?)first["operation"], Is.EqualTo(kind == "items" ? "GetItem" : "Query"));
            Assert.That((double)first["share"]!, Is.GreaterThan(0.15), body);
            Assert.That((double)first["readsPerSecond"]!, Is.GreaterThan(0));
            Assert.That((string?)first["key"]?["p"]?["S"], Is.EqualTo(shows == "keys" ? Hot : null));
            Assert.That((string?)first["key"]?["s"]?["N"], Is.EqualTo(shows == "keys" && kind == "items" ? "5" : null));
        }
    }

    [Test]
    public async Task ContributorInsights_AreTold_AndTheirKeysShownToWhomTheyMayBe()
    {
        using ServerProcess server = await ServerProcess.StartAsync(["--in-memory"], []);
        using HttpClient client = new() { BaseAddress = server.AdminEndPoint };
        await server.Sdk.CreateTableAsync(new TableShape("p:S").Request("Orders"));
        Assert.That(await client.GetStringAsync("/api/contributor-insights"), Is.EqualTo("{\"shows\":\"keys\",\"rules\":[]}"));
        using Wire wire = new(server.EndPoint);
        await wire.SendAsync("UpdateContributorInsights", "{'TableName':'Orders','ContributorInsightsAction':'ENABLE'}");
        await wire.SendAsync("PutItem", $"{{'TableName':'Orders','Item':{{'p':{{'S':'{Hot}'}}}}}}");
        for (int i = 0; i < 5; i++)
        {
            // The first of them fetches, the others are hits, of which DynamoDB would know nothing.
            await wire.SendAsync("GetItem", "{'TableName':'Orders','Key':{'p':{'S':'other'}}}");
        }

        JsonNode rules = JsonNode.Parse(await client.GetStringAsync("/api/contributor-insights"))!["rules"]!;
        Assert.That(rules.AsArray(), Has.Count.EqualTo(2));
        Assert.That((string?)rules[0]!["rule"], Does.StartWith("DynamoDBContributorInsights-PKC-Orders-"));
        Assert.That(
            rules[0]!["contributors"]!.AsArray().Select(one => ((string?)one!["key"]!["p"]!["S"], (double)one["sum"]!)),
            Is.EqualTo(new[] { (Hot, 3.0), ("other", 0.5) }));
        Assert.That(rules[0]!["minutes"]!.AsArray().Sum(minute => (double)minute!["sum"]!), Is.EqualTo(3.5));
        Assert.That((string?)rules[1]!["counts"], Is.EqualTo("throttled"));
        using HttpRequestMessage forwarded = new(HttpMethod.Get, "/api/contributor-insights") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
        using HttpResponseMessage hashes = await client.SendAsync(forwarded);
        Assert.That(await hashes.Content.ReadAsStringAsync(), Does.Contain("\"shows\":\"hashes\"").And.Contain("\"hash\"").And.Not.Contain(Hot));
    }
}
