using System.Net;
using System.Net.Sockets;
using System.Text;
using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Protocol;
using DaxProxy.Conformance.Remote;
using DaxProxy.Hosting;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

/// <summary>Which hosts and origins are served over real connections, on the port of the API and on that for operators.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WebGuardTests : IAsyncDisposable
{
    private const string GetItem = """{"TableName":"T","Key":{"pk":{"S":"a"}}}""";
    private const string Page = "http://app.example";

    private readonly RecordingLoggers loggers = new();
    private readonly ScriptedBackend backend = new();
    private readonly HttpClient client = new();
    private readonly List<string> files = [];
    private MovableTime? time;
    private BackendStack? stack;
    private DaxProxyHost? host;
    private AnsweringServer? remote;

    private static ListenOptions Listen => new() { Port = 0, AdminPort = 0 };

    private Uri Data => new($"http://{host!.DataEndPoint}/");

    private Uri Admin => new($"http://{host!.AdminEndPoint}/");

    [TestCase("localhost:8000", 200)]
    [TestCase("dynamodb.localhost", 200)]
    [TestCase("daxproxy:8000", 200)]
    [TestCase("DAXPROXY.", 200)]
    [TestCase("[::1]:8000", 200)]
    [TestCase("", 200)]
    [TestCase("evil.example", 403)]
    [TestCase("evil.example:8000", 403)]
    [TestCase("123456789012.ddb.eu-central-1.amazonaws.com", 403)]
    [TestCase("localhost:8000@evil.example", 400)]
    [TestCase("user@localhost", 400)]
    [TestCase("bücher.example", 400)]
    [TestCase("[fe80::1%25eth0]:8000", 400)]
    [TestCase("localhost evil.example", 400)]
    public async Task Host_OfAConnection_IsServedOnBothPortsWhenItIsKnown(string named, int expected)
    {
        await StartAsync(Listen with { AllowedHosts = "daxproxy" });
        Assert.That(
            await StatusAsync(host!.DataEndPoint, $"GET / HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n"), Is.EqualTo(expected));
        Assert.That(
            await StatusAsync(host.AdminEndPoint, $"GET /health/live HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n"),
            Is.EqualTo(expected));
    }

    [TestCase("GET / HTTP/1.0\r\n\r\n", 200, Description = "no browser leaves it out")]
    [TestCase("GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n", 403)]
    [TestCase("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400)]
    [TestCase("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200)]
    [TestCase("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 403)]
    [TestCase("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400)]
    [TestCase("GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400)]
    public async Task Host_InAnyForm_IsDecided(string request, int expected)
    {
        await StartAsync(Listen);
        Assert.That(await StatusAsync(host!.DataEndPoint, request), Is.EqualTo(expected));
    }

    [TestCase("localhost", HttpStatusCode.OK)]
    [TestCase("evil.example", HttpStatusCode.Forbidden)]
    public async Task Host_AsAuthorityOfHttp2_IsTheSame(string named, HttpStatusCode expected)
    {
        await StartAsync(Listen);
        using HttpRequestMessage request =
            new(HttpMethod.Get, Data) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = named;
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That((response.StatusCode, response.Version), Is.EqualTo((expected, HttpVersion.Version20)));
    }

    [Test]
    public async Task Host_Refused_IsAnErrorOfTheProtocolThatSaysTheRemedy_AndOneLineOfTheLog()
    {
        await StartAsync(Listen);
        for (int request = 0; request < 3; request++)
        {
            using HttpResponseMessage response = await PostAsync(named: "evil.example:8000");
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/x-amz-json-1.0"));
            Assert.That(response.Headers.Contains("x-amzn-RequestId"), Is.True);
            Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
            Assert.That(
                await response.Content.ReadAsStringAsync(),
                Does.StartWith("{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"message\":\"The host ")
                    .And.Contain("evil.example:8000").And.Contain("Listen.AllowedHosts"));
        }

        Assert.That(Refusals(), Is.EqualTo(1));
        time!.Advance(TimeSpan.FromSeconds(11));
        using HttpResponseMessage later = await PostAsync(named: "evil.example");
        Assert.That(Refusals(), Is.EqualTo(2));
        Assert.That(backend.Reads, Is.Zero);

        int Refusals() => loggers.Lines.Count(line => line.Contains("Listen.AllowedHosts", StringComparison.Ordinal));
    }

    [TestCase("http://evil.example", null, 403)]
    [TestCase("null", null, 403)]
    [TestCase(null, "cross-site", 403)]
    [TestCase(null, "same-site", 403)]
    [TestCase(null, "none", 200)]
    [TestCase(Page, "cross-site", 200)]
    public async Task Origin_OfASimpleOrOtherRequest_IsServedWhenItIsListed(string? origin, string? site, int expected)
    {
        await StartAsync(Listen with { AllowedOrigins = Page });
        using HttpResponseMessage response = await PostAsync(origin: origin, site: site);
        Assert.That((int)response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
        Assert.That(backend.Reads, Is.EqualTo(expected == 200 ? 1 : 0));
        Assert.That(
            response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null,
            Is.EqualTo(origin == Page ? Page : null));
    }

    [TestCase("http://evil.example", 403)]
    [TestCase(Page, 200)]
    public async Task Preflight_OfAPage_IsAnsweredWhenItsOriginIsListed(string origin, int expected)
    {
        await StartAsync(Listen with { AllowedOrigins = Page });
        using HttpResponseMessage response = await PreflightAsync(Data, origin);
        Assert.That((int)response.StatusCode, Is.EqualTo(expected));
        Assert.That(response.Headers.Contains("Access-Control-Allow-Headers"), Is.EqualTo(expected == 200));
        Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.EqualTo(expected == 200));
    }

    [TestCase("http://evil.example")]
    [TestCase(Page)]
    public async Task Admin_AskedByAPage_RefusesItListedOrNot(string origin)
    {
        await StartAsync(Listen with { AllowedOrigins = Page });
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(Admin, "api/evict"))
        {
            Content = new StringContent("""{"all":true}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Origin", origin);
        using HttpResponseMessage response = await client.SendAsync(request),
            preflight = await PreflightAsync(new Uri(Admin, "api/evict"), origin);
        Assert.That((response.StatusCode, preflight.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        Assert.That(preflight.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
    }

    [Test]
    public async Task VerifiedSignatures_LetEveryHostAndPageAsk_AsDynamoDbDoes_ButNotOnTheAdminPort()
    {
        await StartAsync(
            Listen,
            new AuthOptions
            {
                Mode = AuthMode.Verify,
                CredentialsFile = NewFile("[a]\naws_access_key_id = a\naws_secret_access_key = b\n"),
            });
        using HttpResponseMessage unsigned = await PostAsync(named: "any.example", origin: "http://any.example"),
            preflight = await PreflightAsync(Data, "http://any.example");
        Assert.That(unsigned.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "the signature is what is wrong");
        Assert.That(unsigned.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo("*"));
        Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), Is.EqualTo("x-amz-target"));
        Assert.That(
            await StatusAsync(host!.AdminEndPoint, "GET /api/stats HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"),
            Is.EqualTo(403));
    }

    [Test]
    public async Task PassedOnOperation_OfAListedPage_IsReadableAsAnyOther()
    {
        remote = await AnsweringServer.StartAsync();
        remote.Answers["DescribeLimits"] = (200, "{}");
        await StartAsync(Listen with { AllowedOrigins = Page });
        using HttpResponseMessage response = await PostAsync(origin: Page, operation: "DescribeLimits");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo(Page));
        Assert.That(response.Headers.Contains("Access-Control-Expose-Headers"), Is.True);
    }

    [TestCase(null, 401)]
    [TestCase("Bearer wrong", 401)]
    [TestCase("Bearer t0p-secret2", 401)]
    [TestCase("Bearer", 401)]
    [TestCase("Basic t0p-secret", 401)]
    [TestCase("t0p-secret", 401)]
    [TestCase("Bearer t0p-secret", 200)]
    [TestCase("bearer  t0p-secret", 200)]
    public async Task AdminToken_OfARequest_IsAskedForByAllPathsButHealth(string? authorization, int expected)
    {
        await StartAsync(Listen, token: NewFile("t0p-secret\n"));
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, "api/stats"), (HttpMethod.Get, "metrics"),
            (HttpMethod.Post, "api/evict"), (HttpMethod.Get, "health/live/x") })
        {
            using HttpResponseMessage response = await AdminAsync(method, path, authorization);
            Assert.That((int)response.StatusCode, expected == 401 ? Is.EqualTo(401) : Is.Not.EqualTo(401), path);
            Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo(expected == 401 ? "Bearer realm=\"daxproxy\"" : ""), path);
        }

        using HttpResponseMessage live = await AdminAsync(HttpMethod.Get, "health/live", authorization),
            ready = await AdminAsync(HttpMethod.Get, "health/ready", authorization),
            backend = await AdminAsync(HttpMethod.Get, "health/backend", authorization);
        Assert.That(
            (live.StatusCode, ready.StatusCode, backend.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(live.Headers.WwwAuthenticate, Is.Empty);
        Assert.That(loggers.Lines, Has.None.Contains("t0p-secret"));
    }

    [Test]
    public async Task AdminToken_Changed_IsTakenOver_AndAFileWithoutOneIsNot()
    {
        string file = NewFile("first");
        await StartAsync(Listen, token: file);
        Assert.That(await StatusWithAsync("first"), Is.EqualTo(200));
        await File.WriteAllTextAsync(file, "second-one");
        time!.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await StatusWithAsync("first"), await StatusWithAsync("second-one")), Is.EqualTo((401, 200)));
        await File.WriteAllTextAsync(file, "two words");
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await StatusWithAsync("second-one"), await StatusWithAsync("two words")), Is.EqualTo((200, 401)));
        Assert.That(loggers.Lines, Has.One.Contains("cannot be used").And.None.Contains("two words"));

        async Task<int> StatusWithAsync(string secret)
        {
            using HttpResponseMessage response = await AdminAsync(HttpMethod.Get, "api/stats", "Bearer " + secret);
            return (int)response.StatusCode;
        }
    }

    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite, 0)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, 1)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, 1)]
    public async Task AdminToken_ThatOthersCanRead_IsWarnedAbout(UnixFileMode mode, int warnings)
    {
        string file = NewFile("secret");
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("There are no such modes here.");
        }
        else
        {
            File.SetUnixFileMode(file, mode);
        }

        await StartAsync(Listen, token: file);
        Assert.That(loggers.Lines.Count(line => line.Contains("chmod 600", StringComparison.Ordinal)), Is.EqualTo(warnings));
    }

    [TestCase("")]
    [TestCase(" \n")]
    [TestCase("two lines\nof it")]
    [TestCase(null)]
    public async Task Start_WithAFileThatHoldsNoToken_IsOneLineWithKeyAndRemedy(string? text)
    {
        string file = text is null ? "/nowhere/token" : NewFile(text);
        IOException? fault = await Assert.ThrowsAsync<IOException>(() => StartAsync(Listen, token: file));
        Assert.That(fault!.Message, Does.StartWith($"Admin:Token: {file} ").And.Match("write|name").And.Not.Contains("\n"));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        stack?.Dispose();
        if (remote is not null)
        {
            await remote.DisposeAsync();
        }

        files.ForEach(File.Delete);
        loggers.Dispose();
    }

    private async Task StartAsync(ListenOptions listen, AuthOptions? auth = null, string token = "")
    {
        ProxyOptions options = new()
        {
            Listen = listen,
            Dax = new DaxOptions { Enabled = false },
            Auth = auth ?? new AuthOptions(),
            Admin = new AdminOptions { Token = token },
            Backend = remote is null
                ? new BackendOptions()
                : new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = remote.EndPoint.AbsoluteUri },
        };
        time = new MovableTime();
        stack = remote is null
            ? new BackendStack(backend, options, time)
            : BackendStack.Create(options, time, credentials: new Amazon.Runtime.BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        host = await DaxProxyHost.StartAsync(options, stack, loggers, time);
    }

    private string NewFile(string text)
    {
        string path = Path.GetTempFileName();
        files.Add(path);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<HttpResponseMessage> PostAsync(
        string? named = null, string? origin = null, string? site = null, string operation = "GetItem")
    {
        using HttpRequestMessage request =
            new(HttpMethod.Post, Data) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(operation == "GetItem" ? GetItem : "{}")) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        foreach ((string name, string? value) in new[]
        {
            ("X-Amz-Target", "DynamoDB_20120810." + operation), ("X-Amz-Date", "20260101T000000Z"),
            ("Authorization", HostFixture.Signature), ("Origin", origin), ("Sec-Fetch-Site", site),
        })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        request.Headers.Host = named;
        return await client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> PreflightAsync(Uri where, string origin)
    {
        using HttpRequestMessage request = new(HttpMethod.Options, where);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "x-amz-target");
        return await client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> AdminAsync(HttpMethod method, string path, string? authorization)
    {
        using HttpRequestMessage request = new(method, new Uri(Admin, path));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await client.SendAsync(request);
    }

    private static async Task<int> StatusAsync(IPEndPoint server, string request)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using StreamReader reader = new(stream, Encoding.ASCII);
        string answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
        return int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
