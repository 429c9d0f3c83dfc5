using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Clients;

/// <summary>
/// Exports, imports and bulk operations where <c>Backend.Buckets</c> is an endpoint of S3: a server that is none of ours. Skipped where npm
/// has none.
/// </summary>
public sealed class S3BucketsTests
{
    private const string Table = "Songs";

    private S3Server s3 = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private Wire wire = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (S3Server.Fault is { } fault)
        {
            Assert.Ignore(fault);
        }

        s3 = await S3Server.StartAsync();
        (stack, host, wire) = await StartProxyAsync(s3.EndPoint, S3Server.Credentials);
        await CreateAsync(wire, Table);
        await CallAsync("UpdateContinuousBackups", $"{{'TableName':'{Table}','PointInTimeRecoverySpecification':{{'PointInTimeRecoveryEnabled':true}}}}");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s3 is not null)
        {
            wire.Dispose();
            await host.DisposeAsync();
            stack.Dispose();
            s3.Dispose();
        }
    }

    [TestCase("DYNAMODB_JSON")]
    [TestCase("ION")]
    [SuppressMessage("Security", "CA5351", Justification = "What manifests of exports have.")]
    public async Task Export_IsWrittenToS3_AndImportedFromThere(string format)
    {
        for (int i = 0; i < 50; i++)
        {
            await CallAsync("PutItem", $"{{'TableName':'{Table}','Item':{{'pk':{{'S':'{i}'}},'n':{{'N':'{i}'}},'s':{{'SS':['a','é']}}}}}}");
        }

        JsonNode export = await EndAsync("Export", (await CallAsync(
            "ExportTableToPointInTime",
            $"{{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/{Table}','S3Bucket':'bucket','S3Prefix':'of {format}','ExportFormat':'{format}'}}"))["ExportDescription"]!);
        Assert.That((string?)export["ExportStatus"], Is.EqualTo("COMPLETED"), export.ToJsonString());
        string manifest = (string)export["ExportManifest"]!;
        JsonNode summary = JsonNode.Parse(await s3.ReadAsync(manifest))!;
        string list = Encoding.UTF8.GetString(await s3.ReadAsync((string)summary["manifestFilesS3Key"]!));
        string[] files = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> lines = [];
        foreach (string file in files)
        {
            JsonNode described = JsonNode.Parse(file)!;
            byte[] content = await s3.ReadAsync((string)described["dataFileS3Key"]!);
            Assert.That(Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(content)), Is.EqualTo((string?)described["md5Checksum"]));
            using StreamReader reader = new(new GZipStream(new MemoryStream(content), CompressionMode.Decompress));
            lines.AddRange((await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        Assert.That(lines, Has.Count.EqualTo((int)summary["itemCount"]!).And.Count.EqualTo((int)export["ItemCount"]!).And.Count.GreaterThanOrEqualTo(50));

        string copy = $"Copy{format}";
        string data = manifest[..manifest.LastIndexOf('/')] + "/data/";
        JsonNode import = await EndAsync("Import", (await CallAsync(
            "ImportTable",
            $"{{'S3BucketSource':{{'S3Bucket':'bucket','S3KeyPrefix':'{data}'}},'InputFormat':'{format}','InputCompressionType':'GZIP','TableCreationParameters':{TableOf(copy)}}}"))["ImportTableDescription"]!);
        Assert.That((string?)import["ImportStatus"], Is.EqualTo("COMPLETED"), import.ToJsonString());
        Assert.That((int?)import["ImportedItemCount"], Is.EqualTo((int?)export["ItemCount"]));
        Assert.That((await CallAsync("Scan", $"{{'TableName':'{copy}'}}")).ToJsonString(), Is.EqualTo((await CallAsync("Scan", $"{{'TableName':'{Table}'}}")).ToJsonString()));
    }

    [Test]
    public async Task BulkPut_ReadsFromS3_AndReportsThere()
    {
        await CreateAsync(wire, "Bulk");
        await s3.PutAsync("in/1.json", """{"Item":{"pk":{"S":"a"}}}""" + "\n" + """{"Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(pk)"}""" + "\n" + """{"Item":{"pk":{"N":"1"}}}""" + "\n");
        await s3.PutAsync("in/2.json", """{"Item":{"pk":{"S":"b"}}}""");
        JsonNode started = (await CallAsync(
            "StartBulkPutItems",
            "{'ClientToken':'0123456789','TableName':'Bulk','InputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'in/','InputFormat':'DYNAMODB_JSON'},"
            + "'OutputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'out','OutputType':['ERROR','CONDITION_CHECK_FAILURE']},'MaxWriteRequestUnits':100000}"))["BulkOperationDescription"]!;
        JsonNode bulk = await EndAsync("BulkOperation", started);
        Assert.That((string?)bulk["BulkOperationStatus"], Is.EqualTo("COMPLETED_WITH_ERRORS"), bulk.ToJsonString());
        Assert.That((int?)bulk["ProcessedItemCount"], Is.EqualTo(4));
        Assert.That((int?)(await CallAsync("Scan", "{'TableName':'Bulk'}"))["Count"], Is.EqualTo(2));
        string folder = "out/AWSDynamoDB/" + ((string)started["BulkOperationArn"]!).Split('/')[^1];
        Assert.That((await s3.ListAsync("out/")).Select(found => found.Key), Is.EquivalentTo(new[] { "ERROR", "CONDITION_CHECK_FAILURE", "manifest" }.Select(name => $"{folder}/{name}.json")));
        Assert.That(Encoding.UTF8.GetString(await s3.ReadAsync($"{folder}/CONDITION_CHECK_FAILURE.json")), Does.Contain("\"ExistingItem\":{\"pk\":{\"S\":\"a\"}}"));
    }

    [Test]
    public async Task Export_WhoseFilesAreLarge_IsWrittenInParts()
    {
        await CreateAsync(wire, "Large");
        await CallAsync("UpdateContinuousBackups", "{'TableName':'Large','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
        byte[] noise = new byte[280_000];
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            random.NextBytes(noise);
            await CallAsync("PutItem", $"{{'TableName':'Large','Item':{{'pk':{{'S':'{i}'}},'b':{{'B':'{Convert.ToBase64String(noise)}'}}}}}}");
        }

        JsonNode export = await EndAsync("Export", (await CallAsync(
            "ExportTableToPointInTime", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/Large','S3Bucket':'bucket','S3Prefix':'large'}"))["ExportDescription"]!);
        Assert.That((string?)export["ExportStatus"], Is.EqualTo("COMPLETED"), export.ToJsonString());
        Assert.That((await s3.ListAsync("large/")).Max(found => found.Size), Is.GreaterThan(5 << 20), "more than one part");
        string manifest = (string)export["ExportManifest"]!;
        JsonNode import = await EndAsync("Import", (await CallAsync(
            "ImportTable",
            $"{{'S3BucketSource':{{'S3Bucket':'bucket','S3KeyPrefix':'{manifest[..manifest.LastIndexOf('/')]}/data/'}},'InputFormat':'DYNAMODB_JSON','InputCompressionType':'GZIP','TableCreationParameters':{TableOf("LargeCopy")}}}"))["ImportTableDescription"]!);
        Assert.That((string?)import["ImportStatus"], Is.EqualTo("COMPLETED"), import.ToJsonString());
        Assert.That((int?)import["ImportedItemCount"], Is.EqualTo(100));
        Assert.That(
            (await CallAsync("GetItem", "{'TableName':'LargeCopy','Key':{'pk':{'S':'99'}}}"))["Item"]!["b"]!["B"]!.GetValue<string>(),
            Is.EqualTo(Convert.ToBase64String(noise)));
    }

    [Test]
    public async Task Bucket_ThatIsNotThere_FailsAsAtAws()
    {
        JsonNode import = (await CallAsync(
            "ImportTable",
            $"{{'S3BucketSource':{{'S3Bucket':'absent'}},'InputFormat':'CSV','TableCreationParameters':{TableOf("None")}}}"))["ImportTableDescription"]!;
        Assert.That((string?)import["FailureCode"], Is.EqualTo("S3NoSuchBucket"));
        import = (await CallAsync(
            "ImportTable",
            $"{{'S3BucketSource':{{'S3Bucket':'bucket','S3KeyPrefix':'nothing/'}},'InputFormat':'CSV','TableCreationParameters':{TableOf("None")}}}"))["ImportTableDescription"]!;
        Assert.That((string?)import["FailureCode"], Is.EqualTo("S3NoSuchKey"));
    }

    [TestCase(true, TestName = "S3_ThatDoesNotKnowTheKey_IsToldOf")]
    [TestCase(false, TestName = "S3_ThatCannotBeReached_IsToldOf")]
    public async Task S3_ThatRefuses_IsToldOf(bool isReached)
    {
        (BackendStack backends, DaxProxyHost proxy, Wire client) = await StartProxyAsync(
            isReached ? s3.EndPoint : "http://127.0.0.1:1", new BasicAWSCredentials("unknown", "secret"));
        await using (proxy)
        {
            using (backends)
            using (client)
            {
                WireReply reply = await client.SendAsync(
                    "ImportTable", $"{{'S3BucketSource':{{'S3Bucket':'bucket'}},'InputFormat':'CSV','TableCreationParameters':{TableOf("None")}}}");
                Assert.That(reply["ImportTableDescription.FailureCode"], Is.EqualTo("'S3AccessDenied'"), reply.Text);
                Assert.That(reply["ImportTableDescription.FailureMessage"], Is.EqualTo("'The bucket bucket cannot be reached.'"));
            }
        }
    }

    private static async Task<(BackendStack Stack, DaxProxyHost Host, Wire Wire)> StartProxyAsync(
        string buckets, AWSCredentials credentials)
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true, Buckets = buckets },
        };
        BackendStack stack = BackendStack.Create(options, TimeProvider.System, credentials: credentials);
        DaxProxyHost host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        return (stack, host, new Wire(new Uri($"http://{host.DataEndPoint}")));
    }

    private static string TableOf(string name) =>
        $"{{'TableName':'{name}','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{{'AttributeName':'pk','AttributeType':'S'}}],'KeySchema':[{{'AttributeName':'pk','KeyType':'HASH'}}]}}";

    private static async Task CreateAsync(Wire wire, string name) => Assert.That((await wire.SendAsync("CreateTable", TableOf(name))).Error, Is.Null);

    private async Task<JsonNode> CallAsync(string operation, string json)
    {
        WireReply reply = await wire.SendAsync(operation, json);
        Assert.That(reply.Error, Is.Null);
        return reply.Body;
    }

    /// <summary>Waits until something has ended.</summary>
    private async Task<JsonNode> EndAsync(string kind, JsonNode started)
    {
        string arn = (string)started[$"{kind}Arn"]!;
        while (true)
        {
            JsonNode described = (await CallAsync($"Describe{kind}", $"{{'{kind}Arn':'{arn}'}}")).AsObject().First().Value!;
            if (described["EndTime"] is not null)
            {
                return described;
            }

            await Task.Delay(20);
        }
    }
}
