using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>ImportTable, and how it is described while it runs and afterwards.</summary>
public sealed class ImportTableTests
{
    private const string Table = "'TableCreationParameters':{'TableName':'new','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},"
        + "{'AttributeName':'sk','AttributeType':'N'},{'AttributeName':'g','AttributeType':'B'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
        + "{'AttributeName':'sk','KeyType':'RANGE'}],'BillingMode':'PAY_PER_REQUEST','GlobalSecondaryIndexes':[{'IndexName':'by-g',"
        + "'KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}";

    private const string Source = "'S3BucketSource':{'S3Bucket':'bucket','S3KeyPrefix':'in/'}";

    private const string Row = "{\"a\":{\"S\":\"7\"},\"g\":{\"B\":\"AQI=\"},\"pk\":{\"S\":\"x\"},\"sk\":{\"N\":\"1.5\"}}";

    [TestCase("'CSV'", "pk,sk,g,a\nx,1.5,AQI=,7\n")]
    [TestCase("'CSV'", "pk,sk,g,a\r\n\r\n\"x\",\"1.5\",AQI=,\"7\"")]
    [TestCase("'CSV','InputFormatOptions':{'Csv':{'Delimiter':';','HeaderList':['pk','sk','g','a']}}", "x;1.50;AQI=;7")]
    [TestCase("'DYNAMODB_JSON'", "{\"Item\":{\"pk\":{\"S\":\"x\"},\"sk\":{\"N\":\"1.50\"},\"g\":{\"B\":\"AQI=\"},\"a\":{\"S\":\"7\"}}}")]
    [TestCase("'ION'", "$ion_1_0 {Item:{pk:\"x\",sk:15d-1,g:{{AQI=}},a:\"7\"}}")]
    public async Task Items_OfEachFormat_AreImportedWithTheTypesOfTheKeys(string format, string content)
    {
        using TransferRig rig = new();
        rig.Buckets.Put("in/1", content);
        JsonNode end = await rig.EndAsync(await rig.StartAsync("ImportTable", $"{{{Source},'InputFormat':{format},{Table}}}"));
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        Assert.That(await rig.ScanAsync("new"), Is.EqualTo(new[] { Row }));
        Assert.That((int?)end["ImportedItemCount"], Is.EqualTo(1));
        Assert.That((int?)end["ProcessedItemCount"], Is.EqualTo(1));
        Assert.That((long?)end["ProcessedSizeBytes"], Is.EqualTo(content.Length));
        Assert.That((int?)end["ErrorCount"], Is.EqualTo(0));
        Assert.That((string?)end["TableCreationParameters"]!["TableName"], Is.EqualTo("new"));
        Assert.That((string?)end["S3BucketSource"]!["S3KeyPrefix"], Is.EqualTo("in/"));
        Assert.That(await rig.CallAsync("Query", "{'TableName':'new','IndexName':'by-g','KeyConditionExpression':'g = :g','ExpressionAttributeValues':"
            + "{':g':{'B':'AQI='}}}"), Does.Contain("\"Count\":1"));
        Assert.That(await rig.CallAsync("ListImports", "{}"), Does.Contain((string?)end["ImportArn"]).And.Contain("\"S3BucketSource\""));
    }

    [TestCase("GZIP")]
    [TestCase("ZSTD")]
    public async Task Objects_ThatAreCompressed_AreRead_AndDamagedOnesTold(string compression)
    {
        using TransferRig rig = new();
        byte[] plain = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 1000).Select(i => $"x,{i},AQI=,7\n")).Insert(0, "pk,sk,g,a\n"));
        rig.Buckets.Put("in/1", Compress(compression, plain));
        string request = $"{{{Source},'InputFormat':'CSV','InputCompressionType':'{compression}',{Table}}}";
        JsonNode end = await rig.EndAsync(await rig.StartAsync("ImportTable", request));
        Assert.That((int?)end["ImportedItemCount"], Is.EqualTo(1000), end.ToJsonString());
        rig.Buckets.Put("in/1", plain);
        end = await rig.EndAsync(await rig.StartAsync("ImportTable", request.Replace("'new'", "'other'", StringComparison.Ordinal)));
        Assert.That((int?)end["ErrorCount"], Is.EqualTo(1), end.ToJsonString());
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("FAILED"));
    }

    [TestCase("GZIP", 1)]
    [TestCase("GZIP", 8)]
    [TestCase("GZIP", 9)]
    [TestCase("GZIP", 200)]
    [TestCase("ZSTD", 1)]
    [TestCase("ZSTD", 4)]
    [TestCase("ZSTD", 5)]
    [TestCase("ZSTD", 200)]
    public async Task Objects_ThatAreCompressedAndCut_AreTold_AndNothingHalfReadIsWritten(string compression, int missing)
    {
        using TransferRig rig = new();
        Random random = new(1);
        string value = Convert.ToHexString(Enumerable.Range(0, 400).Select(_ => (byte)random.Next(256)).ToArray());
        byte[] whole = Compress(compression, Encoding.UTF8.GetBytes($"pk,sk,a\nx,1,first\nx,2,{value}"));
        rig.Buckets.Put("in/1", whole.AsSpan()[..^missing]);
        string request = $"{{{Source},'InputFormat':'CSV','InputCompressionType':'{compression}',{Table}}}";
        JsonNode end = await rig.EndAsync(await rig.StartAsync("ImportTable", request));
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("FAILED"), end.ToJsonString());
        Assert.That((int?)end["ErrorCount"], Is.EqualTo(1), end.ToJsonString());
        List<string> items = await rig.ScanAsync("new");
        Assert.That(items, Has.None.Contains("\"N\":\"2\""), "what is behind the cut might belong to it");
        rig.Buckets.Put("in/1", whole);
        end = await rig.EndAsync(await rig.StartAsync("ImportTable", request.Replace("'new'", "'other'", StringComparison.Ordinal)));
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        Assert.That(await rig.ScanAsync("other"), Has.Some.Contains(value));
    }

    [Test]
    public async Task Items_WithWhichSomethingIsWrong_FailTheImport_AndAllOthersAreThere()
    {
        using TransferRig rig = new();
        rig.Buckets.Put("in/1", "pk,sk\nx,1\n,2\ny,no number\nx,1,3\ny,4\n");
        JsonNode end = await rig.EndAsync(await rig.StartAsync("ImportTable", $"{{{Source},'InputFormat':'CSV',{Table}}}"));
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("FAILED"));
        Assert.That((string?)end["FailureCode"], Is.EqualTo("ItemValidationError"));
        Assert.That(
            (string?)end["FailureMessage"], Does.StartWith("Some of the items failed validation checks.").And.Contain("in/1, line 3"));
        Assert.That((int?)end["ErrorCount"], Is.EqualTo(3));
        Assert.That((int?)end["ImportedItemCount"], Is.EqualTo(2));
        Assert.That(await rig.ScanAsync("new"), Has.Count.EqualTo(2));
        Assert.That(await rig.CallAsync("DescribeTable", "{'TableName':'new'}"), Does.Contain("\"TableStatus\":\"ACTIVE\""));
    }

    [Test]
    public async Task Table_UntilTheImportHasEnded_IsBeingCreated()
    {
        using TransferRig rig = new();
        using ManualResetEventSlim reached = new(), goOn = new();
        rig.Engine.Backend.BackgroundChanges = _ =>
        {
            // On the writer's thread, behind the first items.
            reached.Set();
            goOn.Wait();
        };
        rig.Buckets.Put("in/1", "pk,sk\nx,1\n");
        string arn = await rig.StartAsync("ImportTable", $"{{{Source},'InputFormat':'CSV',{Table}}}");
        reached.Wait();
        try
        {
            Assert.That((string?)(await rig.DescribeAsync(arn))["ImportStatus"], Is.EqualTo("IN_PROGRESS"));
        }
        finally
        {
            goOn.Set();
        }

        Assert.That((string?)(await rig.EndAsync(arn))["ImportStatus"], Is.EqualTo("COMPLETED"));
    }

    [Test]
    public async Task Table_OfAnImportThatRuns_TakesNeitherReadsNorWrites()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-import-").FullName;
        try
        {
            using TransferRig rig = new(folder);
            using ManualResetEventSlim reached = new(), goOn = new();
            rig.Engine.Backend.BackgroundChanges = _ =>
            {
                reached.Set();
                goOn.Wait();
            };
            rig.Buckets.Put("in/1", "pk,sk\nx,1\n");
            string arn = await rig.StartAsync("ImportTable", $"{{{Source},'InputFormat':'CSV',{Table}}}");
            reached.Wait();
            try
            {
                Assert.That(await rig.CallAsync("DescribeTable", "{'TableName':'new'}"), Does.Contain("\"TableStatus\":\"CREATING\""));
                Assert.That(await rig.CallAsync("GetItem", "{'TableName':'new','Key':{'pk':{'S':'x'},'sk':{'N':'1'}}}"),
                    Does.Contain("#ResourceNotFoundException"));
                Assert.That(await rig.CallAsync("PutItem", "{'TableName':'new','Item':{'pk':{'S':'x'},'sk':{'N':'2'}}}"),
                    Does.Contain("#ResourceNotFoundException"));
            }
            finally
            {
                goOn.Set();
            }

            await rig.EndAsync(arn);
            Assert.That(await rig.ScanAsync("new"), Has.Count.EqualTo(1));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Table_ThatIsThere_IsNotImported_AndATokenStartsOneImport()
    {
        using TransferRig rig = new();
        rig.Buckets.Put("in/1", "pk,sk\nx,1\n");
        string request = $"{{'ClientToken':'t',{Source},'InputFormat':'CSV',{Table}}}";
        string arn = await rig.StartAsync("ImportTable", request);
        Assert.That(await rig.StartAsync("ImportTable", request), Is.EqualTo(arn));
        await rig.EndAsync(arn);
        Assert.That(
            await rig.CallAsync("ImportTable", request.Replace("'CSV'", "'ION'", StringComparison.Ordinal)),
            Does.Contain("#ImportConflictException"));
        Assert.That(await rig.CallAsync("ImportTable", request.Replace("'t'", "'u'", StringComparison.Ordinal)),
            Does.Contain("#ResourceInUseException").And.Contain("Table already exists: new"));
    }

    [Test]
    public async Task Source_ThatIsNotThere_FailsTheImport_AndThereIsNoTable()
    {
        using TransferRig rig = new();
        JsonNode end = await rig.ReadAsync("ImportTable", $"{{{Source},'InputFormat':'CSV',{Table}}}");
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("FAILED"));
        Assert.That((string?)end["FailureCode"], Is.EqualTo("S3NoSuchKey"));
        Assert.That(await rig.CallAsync("DescribeTable", "{'TableName':'new'}"), Does.Contain("#ResourceNotFoundException"));
    }

    [Test]
    public async Task Options_OfAnotherFormat_AreRefused()
    {
        using TransferRig rig = new();
        Assert.That(
            await rig.CallAsync(
                "ImportTable", $"{{{Source},'InputFormat':'DYNAMODB_JSON','InputFormatOptions':{{'Csv':{{'Delimiter':';'}}}},{Table}}}"),
            Does.Contain("Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON."));
        Assert.That(
            await rig.CallAsync(
                "ImportTable", $"{{{Source},'InputFormat':'CSV',{Table.Replace("'HASH'", "'RANGE'", StringComparison.Ordinal)}}}"),
            Does.Contain("#ValidationException"), "the table is checked as CreateTable checks it");
    }

    private static byte[] Compress(string compression, byte[] plain)
    {
        using MemoryStream compressed = new();
        using (Stream stream = compression == "GZIP"
            ? new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true)
            : new ZstdSharp.CompressionStream(compressed, leaveOpen: true))
        {
            (stream as ZstdSharp.CompressionStream)?.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            stream.Write(plain);
        }

        return compressed.ToArray();
    }
}
