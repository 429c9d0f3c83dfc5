using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DaxProxy.Conformance.Security;
using DaxProxy.Frontends;
using DaxProxy.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>What is no HTTP, or breaks something: answered in the front end's own form, counted, and logged in one line.</summary>
internal sealed class GuardTests : HostFixture, IDisposable
{
    private const string Head =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nX-Amz-Date: x\r\nAuthorization: "
        + Signature + "\r\n";

    private const string Last = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private const string NotJson = """{"__type":"com.amazon.coral.service#SerializationException"}""";

    private readonly RecordingLoggers loggers = new();

    protected override ILoggerFactory Loggers => loggers;

    public void Dispose() => loggers.Dispose();

    [SetUp]
    public void Forget()
    {
        loggers.Lines.Clear();
        loggers.Warnings.Clear();
    }

    [TestCase("FFFFFFFFFFFFFFFF")]
    [TestCase("7FFFFFFFFFFFFFFFF")]
    [TestCase("-1")]
    [TestCase("zz")]
    public async Task Chunk_OfNoSize_IsRefusedInTheProtocolsForm(string size)
    {
        string answer = await TalkAsync(Head + $"Transfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 400").And.Contain("Connection: close").And.EndWith(NotJson));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [Test]
    public async Task Chunk_OfNoSizeBehindAGoodOne_IsRefusedInTheProtocolsForm()
    {
        string answer = await TalkAsync(Head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n{\r\n", "FFFFFFFFFFFFFFFF\r\n}\r\n0\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 400").And.Contain("Connection: close").And.EndWith(NotJson));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [TestCase("Content-Length: 100\r\n\r\n{")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\n5\r\n{")]
    public async Task Body_ThatEndsTooSoon_EndsTheConnectionInOrder(string rest)
    {
        using System.Net.Sockets.TcpClient client = new();
        await client.ConnectAsync(Host.DataEndPoint);
        using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
        await reader.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(Head + rest));
        client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        try
        {
            await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (IOException)
        {
            // A reset is an end as well: the client had left half of its request.
        }

        Assert.That(loggers.Warnings, Is.Empty);
    }

    [TestCase("gzip", "500")]
    [TestCase("deflate", "500")]
    [TestCase("br", "500")]
    public async Task CompressedBody_Damaged_LeavesTheConnectionInOrder(string coding, string status)
    {
        string answer = await TalkAsync(Head + $"Content-Encoding: {coding}\r\nContent-Length: 4\r\n\r\n\u0001\u0002\u0003\u0004" + Last);
        Assert.That(answer, Does.StartWith("HTTP/1.1 " + status).And.Contain("#InternalServerError").And.Contain("healthy:"));
        Assert.That(loggers.Lines, Has.None.Contains("already in progress"));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [Test]
    public async Task CompressedBody_Cut_ReachesNoBackend()
    {
        byte[] body = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0];
        int before = Backend.Reads;
        HttpRequestMessage request = Request("GetItem", "");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        request.Content.Headers.ContentEncoding.Add("gzip");
        (HttpResponseMessage response, string text) = await SendAsync(request);
        Assert.That((response.StatusCode, Backend.Reads), Is.EqualTo((HttpStatusCode.InternalServerError, before)), text);
    }

    [TestCase("Content-Length: +2\r\n\r\n{}")]
    [TestCase("Content-Length: 99999999999999999999999999\r\n\r\n{}")]
    [TestCase("Content-Length: 9223372036854775808\r\n\r\n{}")]
    [TestCase("Content-Length: 2 2\r\n\r\n{}")]
    [TestCase("Content-Length: 0x2\r\n\r\n{}")]
    [TestCase("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}")]
    [TestCase("Content-Length: 2\n\r\n{}")]
    [TestCase("Content-Length: 2\r\n\n{}")]
    public async Task Head_NotAsHttpHasIt_IsRefused(string rest)
    {
        string answer = await TalkAsync(Head + rest);
        Assert.That(answer, Does.StartWith("HTTP/1.1 400").And.Contain("Connection: close"));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [Test]
    public async Task RequestLine_EndedByALineFeedAlone_IsRefused() =>
        Assert.That(await TalkAsync("GET / HTTP/1.1\nHost: localhost\r\n\r\n"), Does.StartWith("HTTP/1.1 400"));

    [Test]
    public async Task Authorization_InTwoHeaders_IsRefused()
    {
        string answer = await TalkAsync(
            Head + $"Authorization: {Signature}\r\nContent-Length: 41\r\n\r\n" + """{"TableName":"T","Key":{"pk":{"S":"a"}}} """ + Last);
        Assert.That(answer, Does.StartWith("HTTP/1.1 400").And.Contain("#InvalidSignatureException").And.Contain(
            "Found more than one 'Authorization' HTTP header."));
    }

    [TestCase("""{"table":"\\ud800"}""")]
    [TestCase("""{"table":"T","key":{"pk":{"S":"\\udc00"}}}""")]
    [TestCase("""{"table":"T","key":{"\\ud800":{"S":"a"}}}""")]
    [TestCase("""{"\\ud800":true}""")]
    [TestCase("""{"table":"T","index":"\\ud800"}""")]
    public Task Evict_HalfASurrogatePair_IsRefusedInTheAdminsForm(string body) => EvictAsync(Encoding.ASCII.GetBytes(body));

    [TestCase("{'table':'?'}")]
    [TestCase("{'table':'T','key':{'pk':{'S':'?'}}}")]
    [TestCase("{'?':true}")]
    [TestCase("?")]
    public Task Evict_NoUtf8_IsRefusedInTheAdminsForm(string body) =>
        EvictAsync([.. Encoding.ASCII.GetBytes(body.Replace('\'', '"')).Select(value => value == '?' ? (byte)0xff : value)]);

    [Test]
    public Task Evict_KeyThatIsNestedDeeply_IsRefusedInTheAdminsForm() =>
        EvictAsync(Encoding.ASCII.GetBytes(
            "{\"table\":\"T\",\"key\":" + string.Concat(Enumerable.Repeat("{\"M\":", 200)) + 1 + new string('}', 201)));

    [Test]
    public async Task AdminChunk_OfNoSize_IsRefusedInTheAdminsForm()
    {
        using System.Net.Sockets.TcpClient client = new();
        await client.ConnectAsync(Host.AdminEndPoint);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/evict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"));
        using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
        string answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(answer, Does.StartWith("HTTP/1.1 400").And.EndWith("""{"error":"the request cannot be read"}"""));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    [Test]
    public async Task Backend_Throws_IsCountedAndLoggedInOneLine()
    {
        long before = await CountAsync();
        (HttpResponseMessage response, _) = await SendAsync(Request("GetItem", """{"TableName":"Broken","Key":{"pk":{"S":"a"}}}"""));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        string id = response.Headers.GetValues("x-amzn-RequestId").Single();
        Assert.That(loggers.Lines, Has.Exactly(1).StartsWith($"Request {id} of Http failed: InvalidOperationException: a secret"));
        Assert.That(await CountAsync(), Is.EqualTo(before + 1));
    }

    [Test]
    public async Task Http2HeaderZero_WhichBreaksTheServersReader_EndsItsConnection_AndIsOneLineOfTheLogASecond()
    {
        byte[] frames = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 1, 0x80];
        long begin = Stopwatch.GetTimestamp();
        for (int times = 0; times < 20; times++)
        {
            using System.Net.Sockets.TcpClient client = new();
            await client.ConnectAsync(Host.DataEndPoint);
            await client.GetStream().WriteAsync(frames);
            using MemoryStream answer = new();
            await client.GetStream().CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(10));
        }

        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Assert.That(loggers.Warnings, Has.Count.InRange(1, 1 + seconds));
        Assert.That(loggers.Warnings, Has.All.StartsWith("The HTTP server has ended a connection: IndexOutOfRangeException: "));
        Assert.That(loggers.Warnings, Has.None.Contains("\n"));
        Assert.That(
            (await SendAsync(Request("GetItem", """{"TableName":"T","Key":{"pk":{"S":"a"}}}"""))).Response.StatusCode,
            Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(typeof(InvalidOperationException), 1)]
    [TestCase(typeof(IndexOutOfRangeException), 1)]
    [TestCase(typeof(OperationCanceledException), 0)]
    [TestCase(typeof(IOException), 0)]
    public async Task Exception_BehindAClientThatHasLeft_IsCountedUnlessItSaysNoMoreThanThat(Type exception, int counted)
    {
        UnexpectedFaults faults = new(TimeProvider.System);
        HttpGuard guard = new(
            Frontend.Http, _ => throw (Exception)Activator.CreateInstance(exception)!, _ => "id", (_, _) => Task.CompletedTask, faults,
            loggers, TimeProvider.System);
        await guard.HandleAsync(new DefaultHttpContext { RequestAborted = new CancellationToken(true) });
        Assert.That(faults.CountOf(Frontend.Http), Is.EqualTo(counted));
    }

    private async Task EvictAsync(byte[] body)
    {
        ByteArrayContent content = new(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using HttpResponseMessage response = await Client.PostAsync(new Uri(Admin, "api/evict"), content);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), answer);
        Assert.That(answer, Does.Match("^\\{\"error\":\".*\"\\}$"));
        Assert.That(loggers.Warnings, Is.Empty);
    }

    private async Task<long> CountAsync() =>
        long.Parse(Regex.Match(
            await Client.GetStringAsync(new Uri(Admin, "metrics")),
            "daxproxy_frontend_faults_total\\{frontend=\"http\"\\} ([0-9]+)").Groups[1].Value);
}
