using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Text;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

internal sealed class TransportTests : HostFixture
{
    private const string GetItem = """{"TableName":"T","Key":{"pk":{"S":"a"}}}""";
    private const string NotFound = "<UnknownOperationException/>\n";

    /// <summary>With the names of the service, and open to every page as it is.</summary>
    protected override ProxyOptions Options => base.Options with
    {
        Listen = base.Options.Listen with { AllowedHosts = "*dynamodb.us-east-1.amazonaws.com", AllowedOrigins = "*" },
    };

    [Test]
    public async Task Health_Get_AnswersAsTheService()
    {
        (HttpResponseMessage response, string body) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, Data));
        Assert.That((response.StatusCode, body), Is.EqualTo((HttpStatusCode.OK, "healthy: dynamodb.us-east-1.amazonaws.com ")));
        Assert.That(response.Headers.GetValues("x-amz-crc32"), Is.EqualTo((string[])["3128867991"]));
        Assert.That(response.Headers.GetValues("x-amzn-RequestId").Single(), Does.Match("^[0-9A-Z]{52}$"));
        Assert.That(response.Headers.Server.ToString(), Is.EqualTo("Server"));
        Assert.That(response.Headers.Date, Is.Not.Null);
    }

    [Test]
    public async Task Health_OfTheStreamsHost_HasItsName()
    {
        HttpRequestMessage request = new(HttpMethod.Get, Data);
        request.Headers.Host = "streams.dynamodb.us-east-1.amazonaws.com";
        (_, string body) = await SendAsync(request);
        Assert.That(body, Is.EqualTo("healthy: streams.dynamodb.us-east-1.amazonaws.com "));
    }

    [TestCase("GET", "other")]
    [TestCase("GET", "health/live")]
    [TestCase("PUT", "")]
    [TestCase("DELETE", "")]
    [TestCase("OPTIONS", "")]
    [TestCase("POST", "api/evict")]
    public async Task OtherMethodOrPath_Any_IsNotFound(string method, string path)
    {
        (HttpResponseMessage response, string body) = await SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(Data, path)));
        Assert.That((response.StatusCode, body), Is.EqualTo((HttpStatusCode.NotFound, NotFound)));
        Assert.That(response.Headers.GetValues("x-amz-crc32"), Is.EqualTo((string[])["3552371480"]));
    }

    [TestCase("application/x-amz-json-1.1")]
    [TestCase("text/plain")]
    [TestCase("application/x-amz-json-1.0x")]
    [TestCase("")]
    public async Task ContentType_NotOfTheProtocol_IsNotFound(string contentType)
    {
        (HttpResponseMessage response, string body) = await SendAsync(Request("GetItem", GetItem, contentType));
        Assert.That((response.StatusCode, body), Is.EqualTo((HttpStatusCode.NotFound, NotFound)));
    }

    [TestCase("application/x-amz-json-1.0", "application/x-amz-json-1.0")]
    [TestCase("application/x-amz-json-1.0; charset=utf-8", "application/x-amz-json-1.0")]
    [TestCase("application/json", "application/json")]
    public async Task ContentType_OfTheProtocol_IsEchoed(string contentType, string expected)
    {
        (HttpResponseMessage response, string body) = await SendAsync(Request("GetItem", GetItem, contentType));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), body);
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo(expected));
        Assert.That(body, Does.StartWith("{\"Item\":{"));
    }

    [TestCase("{", "Nonsense", false, "SerializationException")]
    [TestCase("[]", "GetItem", true, "SerializationException")]
    [TestCase("", "Nonsense", true, "UnknownOperationException")]
    [TestCase("", "GetItem", false, "MissingAuthenticationTokenException")]
    [TestCase("", "GetItem", true, "SerializationException")]
    [TestCase("{}", "Nonsense", false, "UnknownOperationException")]
    [TestCase("{}", "GetItem", false, "MissingAuthenticationTokenException")]
    [TestCase("{}", "GetItem", true, "ValidationException")]
    [TestCase("{}", "DescribeLimits", true, "UnknownOperationException")]
    public async Task Checks_InTheServicesOrder_FirstFaultWins(string sent, string operation, bool isSigned, string expected)
    {
        HttpRequestMessage request = Request(operation, sent);
        if (!isSigned)
        {
            request.Headers.Remove("Authorization");
        }

        (HttpResponseMessage response, string body) = await SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(body, Does.Contain("#" + expected + "\""));
    }

    [Test]
    public async Task Body_NotJson_IsTheBareError()
    {
        (_, string body) = await SendAsync(Request("GetItem", "{"));
        Assert.That(body, Is.EqualTo("""{"__type":"com.amazon.coral.service#SerializationException"}"""));
    }

    [TestCase("Basic x", "MissingAuthenticationTokenException", "Request is missing Authentication Token")]
    [TestCase(
        "AWS4-HMAC-SHA256 Credential=a, Signature=b", "IncompleteSignatureException",
        "Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=a, Signature=b")]
    [TestCase("AWS4-HMAC-SHA256", "IncompleteSignatureException", "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256")]
    public async Task Authorization_IllFormed_IsWordedAsTheService(string header, string type, string message)
    {
        HttpRequestMessage request = Request("GetItem", GetItem);
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        (_, string body) = await SendAsync(request);
        Assert.That(body, Is.EqualTo($$"""{"__type":"com.amazon.coral.service#{{type}}","message":"{{message}}"}"""));
    }

    [Test]
    public async Task Authorization_WithoutDate_SaysSo()
    {
        HttpRequestMessage request = Request("GetItem", GetItem);
        request.Headers.Remove("X-Amz-Date");
        (_, string body) = await SendAsync(request);
        Assert.That(
            body, Does.Contain("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4"));
    }

    [Test]
    public async Task Authorization_InHeaderAndQuery_IsRefused()
    {
        HttpRequestMessage request = Request("GetItem", GetItem);
        request.RequestUri = new Uri(Data, "?X-Amz-Algorithm=AWS4-HMAC-SHA256");
        (_, string body) = await SendAsync(request);
        Assert.That(body, Does.Contain("InvalidSignatureException").And.Contain("Found both 'X-Amz-Algorithm'"));
    }

    [Test]
    public async Task Authorization_InQueryOnly_MustBeComplete()
    {
        HttpRequestMessage request = Request("GetItem", GetItem);
        request.Headers.Remove("Authorization");
        request.RequestUri = new Uri(Data, "?X-Amz-Algorithm=A&X-Amz-Credential=c&X-Amz-SignedHeaders=h&X-Amz-Date=d");
        (_, string body) = await SendAsync(request);
        Assert.That(
            body, Does.Contain("AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters."));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Body_OverTheLimit_Is413(bool isChunked)
    {
        HttpRequestMessage request = Request("GetItem", new string(' ', (64 * 1024) + 1));
        request.Headers.TransferEncodingChunked = isChunked;
        (HttpResponseMessage response, string body) = await SendAsync(request);
        Assert.That((response.StatusCode, body), Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, "")));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Body_AtTheLimit_IsRead(bool isChunked)
    {
        HttpRequestMessage request = Request("GetItem", GetItem + new string(' ', (64 * 1024) - GetItem.Length));
        request.Headers.TransferEncodingChunked = isChunked;
        (HttpResponseMessage response, _) = await SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("gzip", 100, 200)]
    [TestCase("deflate", 100, 200)]
    [TestCase("gzip", 70_000, 413)]
    [TestCase("br", 100, 500)]
    public async Task RequestCoding_GivenSize_IsDecodedWithinTheLimit(string coding, int padding, int expected)
    {
        using MemoryStream encoded = new();
        using (Stream encoder = coding == "deflate"
            ? new ZLibStream(encoded, CompressionMode.Compress, true)
            : new GZipStream(encoded, CompressionMode.Compress, true))
        {
            encoder.Write(Encoding.UTF8.GetBytes(GetItem + new string(' ', padding)));
        }

        HttpRequestMessage request = Request("GetItem", "");
        request.Content = new ByteArrayContent(encoded.ToArray());
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        request.Content.Headers.ContentEncoding.Add(coding);
        (HttpResponseMessage response, _) = await SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(expected));
    }

    [TestCase("gzip", "gzip")]
    [TestCase("deflate", "deflate")]
    [TestCase("identity", null)]
    public async Task ReplyCoding_LargeBody_IsWhatTheClientAccepts(string accept, string? expected)
    {
        HttpRequestMessage request = Request("ListTables", "{}");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        HttpResponseMessage response = await Client.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.That(response.Content.Headers.ContentEncoding.SingleOrDefault(), Is.EqualTo(expected));
        Assert.That(response.Headers.GetValues("x-amz-crc32").Single(), Is.EqualTo(Crc32.HashToUInt32(body).ToString()));
        using MemoryStream source = new(body);
        using Stream decoder = expected switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "deflate" => new ZLibStream(source, CompressionMode.Decompress),
            _ => source,
        };
        Assert.That(await new StreamReader(decoder).ReadToEndAsync(), Does.StartWith("{\"TableNames\":[").And.EndWith("]}"));
    }

    [Test]
    public async Task Origin_OnPostAndPreflight_GetsTheCorsHeaders()
    {
        HttpRequestMessage post = Request("GetItem", GetItem);
        post.Headers.TryAddWithoutValidation("Origin", "http://page");
        (HttpResponseMessage posted, _) = await SendAsync(post);
        Assert.That(posted.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo("*"));
        Assert.That(posted.Headers.Contains("Access-Control-Expose-Headers"), Is.True);

        HttpRequestMessage preflight = new(HttpMethod.Options, Data);
        preflight.Headers.TryAddWithoutValidation("Origin", "http://page");
        preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "x-amz-target");
        preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        (HttpResponseMessage response, string body) = await SendAsync(preflight);
        Assert.That((response.StatusCode, body), Is.EqualTo((HttpStatusCode.OK, "")));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Headers").Single(), Is.EqualTo("x-amz-target"));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Methods").Single(), Is.EqualTo("POST"));
        Assert.That(response.Headers.GetValues("Access-Control-Max-Age").Single(), Is.EqualTo("172800"));
    }

    [Test]
    public async Task Backend_Throws_TellsNothing()
    {
        (HttpResponseMessage response, string body) = await SendAsync(Request("GetItem", GetItem.Replace("\"T\"", "\"Broken\"")));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(body, Does.Contain("#InternalServerError").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Connection_BothVersions_AreServedOnOnePort()
    {
        foreach (Version version in (Version[])[HttpVersion.Version11, HttpVersion.Version20, HttpVersion.Version11])
        {
            HttpRequestMessage request = Request("GetItem", GetItem);
            request.Version = version;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            (HttpResponseMessage response, _) = await SendAsync(request);
            Assert.That((response.StatusCode, response.Version), Is.EqualTo((HttpStatusCode.OK, version)));
        }
    }

    [Test]
    public async Task Connection_PipelinedRequests_AreAnsweredInOrder()
    {
        string post =
            $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
            + $"X-Amz-Date: x\r\nAuthorization: {Signature}\r\nContent-Length: {GetItem.Length}\r\n\r\n{GetItem}";
        string answers = await TalkAsync(
            post + "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + post[..50],
            post[50..] + "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        int[] places = [.. ((string[])["{\"Item\"", "healthy:", "{\"Item\"", NotFound]).Aggregate(new List<int> { 0 }, (found, text) =>
        {
            found.Add(answers.IndexOf(text, found[^1] + 1, StringComparison.Ordinal));
            return found;
        })];
        Assert.That(places, Is.Ordered.Ascending, answers);
        Assert.That(places[1], Is.GreaterThan(0));
    }

    [Test]
    public async Task Connection_BytesThatOnlyLookLikeThePreface_AreHttp11()
    {
        string answer = await TalkAsync("P", "RI", " * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 4"));
    }

    [Test]
    public async Task Headers_Over16K_AreRefused()
    {
        string answer = await TalkAsync("GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: " + new string('a', 17_000) + "\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 4"));
    }
}
