using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DaxProxy.Auth;
using DaxProxy.Conformance.Dax;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>What the audit log says of strangers and operators, how it is set aside, and that requests do not wait for it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AuditLogTests : IAsyncDisposable
{
    private const string Get = """{"TableName":"tab","Key":{"pk":{"S":"a-key-of-an-item"}}}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-audit-");
    private PolicyHost? host;

    private string LogFile => Path.Combine(folder.FullName, "audit.json");

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
            folder.Refresh();
        }
    }

    [Test]
    public async Task RefusedSignatures_HaveLinesOnEachWire_WithTheIdOfTheKeyAndNoMore()
    {
        await StartAsync();
        await CreateTableAsync();
        SessionCredentials wrong = new("root", "not-the-secret", ""), unknown = new("AKIAUNKNOWN", "x", "");
        Assert.That(await host!.AskAsync(wrong, "GetItem", Get), Does.Contain("InvalidSignatureException"));
        Assert.That(await host.AskAsync(unknown, "PutItem", Get), Does.Contain("UnrecognizedClientException"));
        Assert.That(
            await host.AskAsync(wrong, "Query", Get.Replace("a-key", new string('x', 200_000), StringComparison.Ordinal)),
            Does.StartWith("4"));
        Assert.That(await host.AskStsAsync(unknown, "Action=GetCallerIdentity"), Does.StartWith("403"));
        using (HttpClient http = new())
        {
            using StringContent body = new(Get, new MediaTypeHeaderValue("application/x-amz-json-1.0"));
            body.Headers.Add("X-Amz-Target", "DynamoDB_20120810.Scan");
            Assert.That(
                (await http.PostAsync($"http://{host.Host.DataEndPoint}/", body)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        }

        using (DaxTalk talk = await host.DaxAsync(wrong))
        {
            Assert.That(await DaxAsk.Get("tab", "a").OnAsync(talk), Does.Contain("UnrecognizedClient"));
            Assert.That(await DaxAsk.Define("a").OnAsync(talk), Does.Contain("UnrecognizedClient"));
        }

        using (DaxTalk talk = await DaxTalk.ConnectAsync(host.Host.DaxEndPoint!))
        {
            Assert.That(await DaxAsk.Scan("tab").OnAsync(talk), Does.Contain("MissingAuthenticationToken"));
        }

        await StopAsync();
        string text = await File.ReadAllTextAsync(LogFile);
        Assert.That(text, Does.Not.Contain("a-key-of-an-item").And.Not.Contain("not-the-secret").And.Not.Contain("xxxx"));
        Assert.That(
            Lines(LogFile).Where(line => line.GetProperty("action").GetString() != "dynamodb:CreateTable")
                .Select(line => string.Join(
                    ' ',
                    Text(line, "wire"),
                    Text(line, "action"),
                    Text(line, "accessKeyId"),
                    Text(line, "reason"),
                    Text(line, "caller"),
                    Text(line, "outcome"))),
            Is.EqualTo((string[])
            [
                "http dynamodb:GetItem root InvalidSignatureException - refused",
                "http dynamodb:PutItem AKIAUNKNOWN UnrecognizedClientException - refused",
                "http dynamodb:Query root InvalidSignatureException - refused",
                "http sts:* AKIAUNKNOWN UnrecognizedClientException - refused",
                "http dynamodb:Scan - MissingAuthenticationTokenException - refused",
                "dax dax:GetItem root UnrecognizedClientException - refused",
                "dax dax:DefineAttributeListId root UnrecognizedClientException - refused",
                "dax dax:Scan - MissingAuthenticationTokenException - refused",
            ]));
    }

    [Test]
    public async Task TheAdminPort_HasLinesOfEvictionsAndRefusals_AndNoneOfReads()
    {
        string secret = Path.Combine(folder.FullName, "secret");
        await File.WriteAllTextAsync(secret, "the-secret-of-the-port");
        await StartAsync(options => options with { Admin = new AdminOptions { Token = secret } });
        await CreateTableAsync();
        await host!.AskAsync("root", "GetItem", Get);
        await AdminAsync(HttpMethod.Get, "/metrics", null, "wrong-secret", 401);
        await AdminAsync(HttpMethod.Post, "/api/evict", """{"all":true}""", null, 401);
        await AdminAsync(HttpMethod.Get, "/api/stats", null, "the-secret-of-the-port", 200);
        await AdminAsync(HttpMethod.Get, "/health/live", null, null, 200);
        await AdminAsync(
            HttpMethod.Post, "/api/evict", """{"table":"tab","key":{"pk":{"S":"a-key-of-an-item"}}}""", "the-secret-of-the-port", 200);
        await AdminAsync(HttpMethod.Post, "/api/evict", """{"table":"absent"}""", "the-secret-of-the-port", 400);
        await AdminAsync(HttpMethod.Post, "/api/evict", """{"all":true}""", "the-secret-of-the-port", 200);
        await AdminAsync(HttpMethod.Post, "/api/explain", "{}", null, 401);
        await AdminAsync(HttpMethod.Post, "/api/evict", """{"all":true}""", "the-secret-of-the-port", 403, host: "evil.example");
        await StopAsync();
        string text = await File.ReadAllTextAsync(LogFile);
        Assert.That(text, Does.Not.Contain("a-key-of-an-item").And.Not.Contain("secret-of").And.Not.Contain("wrong-secret"));
        Assert.That(
            Lines(LogFile).Where(line => Text(line, "wire") == "admin")
                .Select(line => string.Join(
                    ' ', Text(line, "action"), Text(line, "resource"), Text(line, "outcome"), Text(line, "reason"), Text(line, "address"))),
            Is.EqualTo((string[])
            [
                "admin:Read /metrics refused the secret is missing or wrong 127.0.0.1",
                "admin:Evict /api/evict refused the secret is missing or wrong 127.0.0.1",
                $"admin:Evict {PolicyHost.Tables}tab allowed - 127.0.0.1", "admin:Evict * allowed - 127.0.0.1",
                "admin:Explain /api/explain refused the secret is missing or wrong 127.0.0.1",
                "admin:Evict /api/evict refused the host or the origin is not served 127.0.0.1",
            ]));
    }

    [Test]
    public async Task AFloodOfStrangers_HasAFewLinesASecond_AndIsCounted()
    {
        StoppedTime stopped = new();
        await StartAsync(time: stopped);
        for (int second = 0; second < 2; second++)
        {
            for (int i = 0; i < 50; i++)
            {
                await host!.AskAsync(new SessionCredentials("AKIAUNKNOWN", "x", ""), "GetItem", Get);
            }

            Assert.That(await host!.AskAsync("alice", "GetItem", Get), Does.Contain("AccessDenied"));
            stopped.Advance(TimeSpan.FromSeconds(1));
        }

        await StopAsync();
        JsonElement[] lines = [.. Lines(LogFile)];
        Assert.That(lines.Count(line => Text(line, "accessKeyId") == "AKIAUNKNOWN"), Is.EqualTo(2 * 20));
        Assert.That(
            lines.Count(line => Text(line, "caller").EndsWith("/alice", StringComparison.Ordinal)),
            Is.EqualTo(2),
            "each of one with a key has its line");
        Assert.That(LostIn(lines), Is.EqualTo(2 * 30));
    }

    [Test]
    public async Task AFullFile_IsSetAside_AndFourOfThoseAreKept()
    {
        const int maxBytes = 4096, requests = 150;
        await StartAsync(options => options with { Audit = options.Audit with { MaxFileBytes = maxBytes } });
        for (int i = 0; i < requests; i++)
        {
            Assert.That(
                await host!.AskAsync("alice", "GetItem", Get.Replace("\"tab\"", $"\"tab-{i}\"", StringComparison.Ordinal)),
                Does.Contain("AccessDenied"));
        }

        await StopAsync();
        string[] files = [.. folder.GetFiles("audit.json*").Select(file => file.Name).Order(StringComparer.Ordinal)];
        Assert.That(files, Is.EqualTo((string[])["audit.json", "audit.json.1", "audit.json.2", "audit.json.3", "audit.json.4"]));
        List<string> resources = [];
        foreach (string name in (string[])["audit.json.4", "audit.json.3", "audit.json.2", "audit.json.1", "audit.json"])
        {
            FileInfo file = new(Path.Combine(folder.FullName, name));
            Assert.That(file.Length, Is.InRange(1, maxBytes), name);
            resources.AddRange(Lines(file.FullName).Select(line => Text(line, "resource")));
        }

        // Whole lines, in their order, up to the last one.
        Assert.That(resources, Has.Count.InRange(4 * maxBytes / 2 / 400, requests - 1));
        Assert.That(
            resources,
            Is.EqualTo(Enumerable.Range(requests - resources.Count, resources.Count).Select(i => $"{PolicyHost.Tables}tab-{i}")));
    }

    [Test]
    public async Task AFileThatCannotBeSetAside_HoldsNoRequestUp_AndTheLostLinesAreCounted()
    {
        const int maxBytes = 4096, requests = 60;
        string inTheWay = LogFile + ".1";
        await StartAsync(options => options with { Audit = options.Audit with { MaxFileBytes = maxBytes } });
        Directory.CreateDirectory(inTheWay);
        for (int i = 0; i < requests; i++)
        {
            Assert.That(await host!.AskAsync("alice", "GetItem", Get), Does.Contain("AccessDenied"));
        }

        Assert.That(await host!.AskAsync("root", "ListTables", "{}"), Does.StartWith("200"));
        Assert.That(() => host.Loggers.Lines, Has.Some.Contains("audit").IgnoreCase.After(30_000, 20), "it is said that lines are lost");
        Directory.Delete(inTheWay);
        Assert.That(await host.AskAsync("alice", "GetItem", Get), Does.Contain("AccessDenied"));
        await StopAsync();
        JsonElement[] lines = [.. Lines(inTheWay), .. Lines(LogFile)];
        long lost = LostIn(lines);
        Assert.That(lost, Is.InRange(1, requests));
        Assert.That(lines.Count(line => !line.TryGetProperty("lostLines", out _)) + lost, Is.EqualTo(requests + 1));
    }

    private static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadAllText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);

    private static long LostIn(IEnumerable<JsonElement> lines) =>
        lines.Sum(line => line.TryGetProperty("lostLines", out JsonElement lost) ? lost.GetInt64() : 0);

    private static string Text(JsonElement line, string member) =>
        line.TryGetProperty(member, out JsonElement value) ? value.GetString() ?? "-" : "-";

    private async Task CreateTableAsync() => Assert.That(await host!.AskAsync("root", "CreateTable", """
        {"TableName":"tab","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}
        """), Does.StartWith("200"));

    private async Task AdminAsync(HttpMethod method, string path, string? body, string? secret, int status, string? host = null)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(method, $"http://{this.host!.Host.AdminEndPoint}{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
        request.Headers.Host = host;
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status), $"{path}: {await response.Content.ReadAsStringAsync()}");
    }

    private async Task StartAsync(Func<ProxyOptions, ProxyOptions>? configure = null, TimeProvider? time = null) =>
        host = await PolicyHost.StartAsync(
            new Dictionary<string, string>
            {
                ["users/root"] = "Full",
                ["users/alice.json"] = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:ListTables","Resource":"*"}}""",
            },
            options => (configure ?? (same => same))(options with { Audit = new AuditOptions { LogFile = LogFile } }),
            time ?? new StoppedTime());

    private async Task StopAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
            host = null;
        }
    }

    /// <summary>A clock that goes on only if it is told to; waits are as long as ever.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        private DateTimeOffset now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan span) => now += span;
    }
}
