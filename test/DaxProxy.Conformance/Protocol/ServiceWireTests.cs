using System.Formats.Cbor;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>The protocols of the services beside DynamoDB, as bytes: what an SDK never sends too.</summary>
internal sealed class ServiceWireTests
{
    private const string CborPath = "/service/GraniteServiceVersion20100801/operation/";

    private ServerProcess server = null!;
    private HttpClient http = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await ServerProcess.StartAsync(["--in-memory"], []);
        http = new HttpClient { BaseAddress = server.EndPoint };
    }

    [OneTimeTearDown]
    public void Stop()
    {
        http.Dispose();
        server.Dispose();
    }

    [Test]
    public async Task Cbor_GivesTimesWithTheirTag_AndErrorsWithTheirNames()
    {
        long now = DateTimeOffset.UnixEpoch.AddYears(55).ToUnixTimeSeconds();
        using HttpResponseMessage put = await CborAsync("GetMetricStatistics", cbor =>
        {
            cbor.WriteStartMap(6);
            Text(cbor, "Namespace", "mine");
            Text(cbor, "MetricName", "none");
            cbor.WriteTextString("StartTime");
            cbor.WriteTag(CborTag.UnixTimeSeconds);
            cbor.WriteInt64(now);
            cbor.WriteTextString("EndTime");
            cbor.WriteTag(CborTag.UnixTimeSeconds);
            cbor.WriteDouble(now + 3600.5);
            cbor.WriteTextString("Period");
            cbor.WriteInt32(60);
            cbor.WriteTextString("Statistics");
            cbor.WriteStartArray(null);
            cbor.WriteTextString("Sum");
            cbor.WriteEndArray();
            cbor.WriteEndMap();
        });
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(put.Headers.GetValues("smithy-protocol"), Is.EqualTo(new[] { "rpc-v2-cbor" }));
        CborReader reader = new(await put.Content.ReadAsByteArrayAsync());
        Assert.That(reader.ReadStartMap(), Is.EqualTo(2));
        Assert.That((reader.ReadTextString(), reader.ReadTextString()), Is.EqualTo(("Label", "none")));

        using HttpResponseMessage refused = await CborAsync("PutMetricData", cbor =>
        {
            cbor.WriteStartMap(1);
            Text(cbor, "Namespace", "AWS/x");
            cbor.WriteEndMap();
        });
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(refused.Headers.GetValues("x-amzn-query-error"), Is.EqualTo(new[] { "InvalidParameterValue;Sender" }));
        CborReader error = new(await refused.Content.ReadAsByteArrayAsync());
        error.ReadStartMap();
        Assert.That((error.ReadTextString(), error.ReadTextString()), Is.EqualTo(("__type", "com.amazonaws.cloudwatch#InvalidParameterValueException")));
    }

    [TestCase("GetMetricData", "a0", "ValidationError")]
    [TestCase("GetMetricData", "", "ValidationError")]
    [TestCase("GetMetricData", "ff", "SerializationException")]
    [TestCase("GetMetricData", "9f9f9f", "SerializationException")]
    [TestCase("GetMetricData", "a16953746172745469 6d65617f", "SerializationException")]
    [TestCase("GetMetricData", "a1695374617274 54696d65fb7ff0000000000000", "SerializationException")]
    [TestCase("ListMetrics", "a1694e616d6573706163651b0000000000000001", "SerializationException")]
    [TestCase("GetDashboard", "a0", "UnknownOperationException")]
    [TestCase("Unheard", "a0", "UnknownOperationException")]
    public async Task Cbor_ThatIsNoRequest_IsRefusedByName(string operation, string hex, string name)
    {
        using HttpResponseMessage response = await SendAsync(
            CborPath + operation, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), "application/cbor", null);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()), Does.Contain(name));
    }

    [Test]
    public async Task Cbor_NestedWithoutEnd_IsRefused()
    {
        byte[] nested = [.. Convert.FromHexString("a1674d657472696373"), .. Enumerable.Repeat((byte)0x81, 50_000), 0xf6];
        using HttpResponseMessage response = await SendAsync(CborPath + "ListMetrics", nested, "application/cbor", null);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("{", "SerializationException")]
    [TestCase("[]", "SerializationException")]
    [TestCase("{\"Namespace\":1}", "SerializationException")]
    [TestCase("{\"Namespace\":\"\\ud800\"}", "SerializationException")]
    [TestCase("{\"Namespace\":\":x\"}", "ValidationError")]
    public async Task Json_ThatIsNoRequest_IsRefusedByName(string body, string name)
    {
        using HttpResponseMessage response = await SendAsync("/", Encoding.UTF8.GetBytes(body), "application/x-amz-json-1.0", "GraniteServiceVersion20100801.ListMetrics");
        Assert.That(await response.Content.ReadAsStringAsync(), Does.StartWith($"{{\"__type\":\"{name}\""));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("Action=ListMetrics&Version=2010-08-01&Dimensions.member.1.Name=x", "<ListMetricsResponse")]
    [TestCase("Action=ListMetrics&Version=2010-08-01&Dimensions.member.1=x", "<Code>ValidationError</Code>")]
    [TestCase("Action=GetMetricStatistics&Version=2010-08-01&Namespace=n&MetricName=m&Period=x&StartTime=2026-01-01T00:00:00Z&EndTime=2026-01-01T01:00:00Z", "<Code>MalformedInput</Code>")]
    [TestCase("Action=Unheard&Version=2010-08-01", "<Code>InvalidAction</Code>")]
    [TestCase("", "<Code>InvalidAction</Code>")]
    [TestCase("Action=GetMetricData&Version=2010-08-01", "<Code>ValidationError</Code>")]
    public async Task Forms_AreAnsweredInXml(string form, string expected)
    {
        using HttpResponseMessage response = await SendAsync("/", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded; charset=utf-8", null);
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(expected));
    }

    [Test]
    public async Task LargeAndEncodedBodies_AreTakenUpToALimit()
    {
        string data = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{{\"MetricName\":\"large-{i % 5}\",\"Value\":{i},\"Dimensions\":[{{\"Name\":\"d\",\"Value\":\"{new string('x', 200)}\"}}]}}"));
        byte[] body = Encoding.UTF8.GetBytes($"{{\"Namespace\":\"mine\",\"MetricData\":[{data}]}}");
        const string Target = "GraniteServiceVersion20100801.PutMetricData";
        using (HttpResponseMessage plain = await SendAsync("/", body, "application/x-amz-json-1.0", Target))
        {
            Assert.That(plain.StatusCode, Is.EqualTo(HttpStatusCode.OK), await plain.Content.ReadAsStringAsync());
        }

        using MemoryStream encoded = new();
        using (GZipStream gzip = new(encoded, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        using (HttpResponseMessage zipped = await SendAsync("/", encoded.ToArray(), "application/x-amz-json-1.0", Target, "gzip"))
        {
            Assert.That(zipped.StatusCode, Is.EqualTo(HttpStatusCode.OK), await zipped.Content.ReadAsStringAsync());
        }

        // As zeros a megabyte is a thousand bytes: what is decoded has a limit of its own.
        using MemoryStream dense = new();
        using (GZipStream gzip = new(dense, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(new byte[(4 << 20) + 1]);
        }

        using (HttpResponseMessage inflated = await SendAsync("/", dense.ToArray(), "application/x-amz-json-1.0", Target, "gzip"))
        {
            Assert.That(await inflated.Content.ReadAsStringAsync(), Does.StartWith("{\"__type\":\"SerializationException\""));
        }

        using HttpResponseMessage large = await SendAsync("/", new byte[(1 << 20) + 1], "application/x-amz-json-1.0", Target);
        Assert.That(large.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task LargeBody_OfAWrongHead_IsRefusedInItsProtocol_BeforeItIsRead()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[500_000]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "GraniteServiceVersion20100801.PutMetricData");
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.That(await response.Content.ReadAsStringAsync(), Does.StartWith("{\"__type\":\"MissingAuthenticationTokenException\""));
    }

    [Test]
    public async Task Request_WithoutASignature_IsRefusedInEachProtocol()
    {
        foreach ((string path, string type, string? target) in ((string, string, string?)[])
            [("/", "application/x-amz-json-1.1", "AmazonDAXV3.DescribeClusters"), (CborPath + "ListMetrics", "application/cbor", null)])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent([]) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            if (target is not null)
            {
                request.Headers.Add("X-Amz-Target", target);
            }

            using HttpResponseMessage response = await http.SendAsync(request);
            Assert.That(Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()), Does.Contain("MissingAuthenticationTokenException"));
        }
    }

    private static void Text(CborWriter cbor, string name, string value)
    {
        cbor.WriteTextString(name);
        cbor.WriteTextString(value);
    }

    private Task<HttpResponseMessage> CborAsync(string operation, Action<CborWriter> write)
    {
        CborWriter cbor = new();
        write(cbor);
        return SendAsync(CborPath + operation, cbor.Encode(), "application/cbor", null);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, byte[] body, string type, string? target, string? coding = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=00");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        if (target is not null)
        {
            request.Headers.Add("X-Amz-Target", target);
        }

        if (coding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(coding);
        }

        return await http.SendAsync(request);
    }
}
