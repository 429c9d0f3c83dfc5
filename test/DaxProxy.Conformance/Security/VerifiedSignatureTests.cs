using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Conformance.Clients;
using DaxProxy.Hosting;
using DaxProxy.Options;
using DaxProxy.Tests.Auth;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

/// <summary>
/// Real clients with the right key, a wrong secret and an unknown key. With the right key all of test/clients run, too.
/// </summary>
[Parallelizable]
public sealed class VerifiedSignatureTests
{
    private const string Secret = "a-secret/that+is=not/logged";
    private const string InvalidSignature = "InvalidSignatureException", UnrecognizedClient = "UnrecognizedClientException";

    private static readonly (string Id, string Secret, string? Error)[] Keys =
        [("AKIDRIGHT", Secret, null), ("AKIDRIGHT", "another-secret", InvalidSignature), ("AKIDWRONG", Secret, UnrecognizedClient)];

    private readonly RecordingLoggers loggers = new();
    private VerifyingHost verifying = null!;
    private DaxProxyHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        verifying = await VerifyingHost.StartAsync("AKIDRIGHT", Secret, speaksDax: false, loggers);
        host = verifying.Host;
        using AmazonDynamoDBClient client = Sdk("AKIDRIGHT", Secret);
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = "keys",
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new KeySchemaElement("pk", KeyType.HASH)],
            AttributeDefinitions = [new AttributeDefinition("pk", ScalarAttributeType.S)],
        });
        await client.PutItemAsync("keys", new Dictionary<string, AttributeValue> { ["pk"] = new("a") });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await verifying.DisposeAsync();
        Assert.That(loggers.Lines, Is.Not.Empty);
        Assert.That(loggers.Lines, Has.None.Contains(Secret));
        loggers.Dispose();
    }

    [TestCase(false, "127.0.0.1")]
    [TestCase(true, "0.0.0.0")]
    public async Task AdminPort_OfAHostThatOthersCanReach_StaysOnLoopbackUnlessItMayBeReached(bool allowRemote, string expected)
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Host = "0.0.0.0", Port = 0, AdminPort = 0, AllowRemote = allowRemote },
            Dax = new DaxOptions { Enabled = false },
            Auth = verifying.Auth,
        };
        await using DaxProxyHost other = await DaxProxyHost.StartAsync(options, verifying.Stack, loggers, TimeProvider.System);
        Assert.That(
            (other.DataEndPoint.Address.ToString(), other.AdminEndPoint.Address.ToString()), Is.EqualTo(("0.0.0.0", expected)));
    }

    [TestCase("DynamoDB_20120810.GetItem", "no JSON")]
    [TestCase("DynamoDB_20120810.GetItem", "{}")]
    [TestCase("DynamoDB_20120810.NoVerb", "{}")]
    public async Task Request_OfAnotherTime_IsRefusedForThatWhateverItSays(string target, string body)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{host.DataEndPoint}")
        {
            Content = new StringContent(body, new MediaTypeHeaderValue("application/x-amz-json-1.0")),
        };
        request.Headers.Add("X-Amz-Target", target);
        request.Headers.Add("X-Amz-Date", "20200101T000000Z");
        request.Headers.TryAddWithoutValidation("Authorization", Wire.Authorization);
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That(
            await response.Content.ReadAsStringAsync(),
            Does.Contain("#InvalidSignatureException").And.Contain("Signature expired: 20200101T000000Z"));
    }

    [TestCaseSource(nameof(Keys))]
    public async Task Sdk_ReadOfACachedItem_NeedsTheRightKey((string Id, string Secret, string? Error) key)
    {
        using AmazonDynamoDBClient right = Sdk("AKIDRIGHT", Secret), client = Sdk(key.Id, key.Secret);
        Dictionary<string, AttributeValue> item = new() { ["pk"] = new("a") };
        await right.GetItemAsync("keys", item);
        Assert.That((await right.GetItemAsync("keys", item)).Item, Has.Count.EqualTo(1));
        if (key.Error is null)
        {
            Assert.That((await client.GetItemAsync("keys", item)).Item, Has.Count.EqualTo(1));
            return;
        }

        AmazonDynamoDBException error = (await Assert.ThrowsAsync<AmazonDynamoDBException>(() => client.GetItemAsync("keys", item)))!;
        Assert.That((error.ErrorCode, error.StatusCode), Is.EqualTo((key.Error, HttpStatusCode.BadRequest)));
        Assert.That(
            (await Assert.ThrowsAsync<AmazonDynamoDBException>(() => client.PutItemAsync("keys", item)))!.ErrorCode, Is.EqualTo(key.Error));
    }

    [TestCaseSource(nameof(Keys))]
    public void Boto3_AnyRequest_NeedsTheRightKey((string Id, string Secret, string? Error) key)
    {
        if (ClientProcess.Python is not { } python)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
            return;
        }

        (_, string output) = ClientProcess.Run(python, ClientProcess.RunTime, null, Environment(key.Id, key.Secret), "-c", $"""
            import boto3
            c = boto3.client('dynamodb', endpoint_url='http://{host.DataEndPoint}', region_name='us-east-1')
            try:
                print(c.get_item(TableName='keys', Key={'{'}'pk': {'{'}'S': 'a'{'}'}{'}'})['Item']['pk']['S'] == 'a')
            except c.exceptions.ClientError as e:
                print(e.response['Error']['Code'], e.response['ResponseMetadata']['HTTPStatusCode'])
            """);
        Assert.That(output.Trim(), Is.EqualTo(key.Error is null ? "True" : key.Error + " 400"));
    }

    [TestCaseSource(nameof(Keys))]
    public void AwsCli_AnyRequest_NeedsTheRightKey((string Id, string Secret, string? Error) key)
    {
        if (!ClientProcess.HasAwsCli)
        {
            Assert.Ignore("There is no AWS CLI here (Debian: awscli).");
        }

        (int code, string output) = ClientProcess.Run(
            "aws", ClientProcess.RunTime, null, Environment(key.Id, key.Secret), "dynamodb", "list-tables", "--endpoint-url",
            $"http://{host.DataEndPoint}", "--region", "us-east-1");
        Assert.That(code == 0, Is.EqualTo(key.Error is null), output);
        Assert.That(output, Does.Contain(key.Error ?? "keys"));
    }

    [TestCase("1.1", false)]
    [TestCase("2.0", false)]
    [TestCase("1.1", true)]
    public async Task Request_OfEitherVersionAndCompressedOrNot_IsVerifiedAsItCame(string version, bool isCompressed)
    {
        byte[] plain = """{"TableName":"keys","Key":{"pk":{"S":"a"}}}"""u8.ToArray();
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        byte[] body = isCompressed ? compressed.ToArray() : plain;
        Assert.That(await SendAsync(Secret), Is.EqualTo((HttpStatusCode.OK, true)));
        Assert.That(await SendAsync(Secret + "x"), Is.EqualTo((HttpStatusCode.BadRequest, false)));

        async Task<(HttpStatusCode Status, bool HasItem)> SendAsync(string secret)
        {
            using HttpClient client = new();
            using HttpRequestMessage request = Signed(body, secret);
            request.Version = Version.Parse(version);
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            if (isCompressed)
            {
                request.Content!.Headers.ContentEncoding.Add("gzip");
            }

            using HttpResponseMessage response = await client.SendAsync(request);
            return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Contains("\"Item\""));
        }
    }

    private HttpRequestMessage Signed(byte[] body, string secret)
    {
        const string Target = "DynamoDB_20120810.GetItem";
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string scope = SignatureV4.Scope(now, "us-east-1", "dynamodb"), timestamp = SignatureV4.Timestamp(now);
        HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{host.DataEndPoint}/")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", Target);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", timestamp);
        request.Headers.TryAddWithoutValidation("Authorization", AnySignature.Authorization(
            "POST",
            [new("host", host.DataEndPoint.ToString()), new("x-amz-date", timestamp), new("x-amz-target", Target)],
            body,
            scope,
            "AKIDRIGHT",
            secret,
            timestamp));
        return request;
    }

    private AmazonDynamoDBClient Sdk(string id, string secret) => new(
        new BasicAWSCredentials(id, secret),
        new AmazonDynamoDBConfig { ServiceURL = $"http://{host.DataEndPoint}", AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });

    private static Dictionary<string, string> Environment(string id, string secret) =>
        new() { ["AWS_ACCESS_KEY_ID"] = id, ["AWS_SECRET_ACCESS_KEY"] = secret, ["AWS_SESSION_TOKEN"] = "", ["AWS_MAX_ATTEMPTS"] = "1" };
}
