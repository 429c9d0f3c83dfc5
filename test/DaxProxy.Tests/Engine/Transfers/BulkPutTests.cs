using System.IO.Compression;
using System.Text.Json.Nodes;
using DaxProxy.Core.Operations;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine.Buckets;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>StartBulkPutItems, and how it is described while it runs and afterwards.</summary>
public sealed class BulkPutTests
{
    private const string Input = "'InputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'in/','InputFormat':'DYNAMODB_JSON'}";
    private const string Output = "'OutputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'out','OutputType':['ERROR','CONDITION_CHECK_FAILURE']}";
    private const string Start = "{'TableName':'tab'," + Input + "," + Output + "}";

    [Test]
    public async Task Items_OfAllObjectsBelowThePrefix_ArePut()
    {
        using TransferRig rig = await WithTableAsync();
        rig.Buckets.Put("in/2.json", "{\"Item\":{\"pk\":{\"S\":\"b\"}}}\r\n\n{\"Item\":{\"pk\":{\"S\":\"c\"},\"n\":{\"N\":\"1.0\"}}}");
        rig.Buckets.Put("in/1.json", "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n");
        rig.Buckets.Put("other/1.json", "{\"Item\":{\"pk\":{\"S\":\"x\"}}}\n");
        JsonNode end = await rig.EndAsync(await rig.StartAsync("StartBulkPutItems", Start));
        Assert.That(await rig.ScanAsync("tab"), Is.EqualTo(new[]
        {
            "{\"n\":{\"N\":\"1\"},\"pk\":{\"S\":\"c\"}}", "{\"pk\":{\"S\":\"a\"}}", "{\"pk\":{\"S\":\"b\"}}",
        }));
        Assert.That((string?)end["BulkOperationStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        Assert.That((int?)end["ProcessedItemCount"], Is.EqualTo(3));
        Assert.That((int?)end["FailedItemCount"], Is.EqualTo(0));
        Assert.That((long?)end["ProcessedInputBytes"], Is.EqualTo((long?)end["TotalInputBytes"]).And.GreaterThan(0));
        Assert.That((string?)end["TableDetails"]![0]!["TableName"], Is.EqualTo("tab"));
        Assert.That((string?)end["InputS3Configuration"]!["S3KeyPrefix"], Is.EqualTo("in/"));
        Assert.That((string?)end["PerformanceTier"], Is.EqualTo("STANDARD"));
        Assert.That(
            (long?)end["BulkOperationUsage"]![0]!["BulkPutBytes"], Is.EqualTo(12), "pk and one letter thrice, n and a number of two bytes");
        Assert.That(await rig.CallAsync("DescribeTable", "{'TableName':'tab'}"), Does.Contain("\"ItemCount\":3"));
    }

    [Test]
    public async Task Conditions_AreTestedForEachItem_AndFailuresAreToldOfApartFromErrors()
    {
        using TransferRig rig = await WithTableAsync();
        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'a'},'v':{'N':'1'}}}");
        rig.Buckets.Put("in/1.json", string.Join('\n',
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}},\"ConditionExpression\":\"attribute_not_exists(pk)\"}",
            "{\"Item\":{\"pk\":{\"S\":\"b\"}},\"ConditionExpression\":\"attribute_not_exists(pk)\"}",
            "{\"Item\":{\"pk\":{\"N\":\"1\"}}}",
            "no JSON",
            "{\"pk\":{\"S\":\"c\"}}",
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"3\"}},\"ConditionExpression\":\"#v < :v\",\"ExpressionAttributeNames\":{\"#v\":\"v\"},"
                + "\"ExpressionAttributeValues\":{\":v\":{\"N\":\"3\"}}}"));
        string arn = await rig.StartAsync("StartBulkPutItems", Start);
        JsonNode end = await rig.EndAsync(arn);
        Assert.That(
            await rig.ScanAsync("tab"), Is.EqualTo(new[] { "{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"3\"}}", "{\"pk\":{\"S\":\"b\"}}" }));
        Assert.That((string?)end["BulkOperationStatus"], Is.EqualTo("COMPLETED_WITH_ERRORS"));
        Assert.That((int?)end["ProcessedItemCount"], Is.EqualTo(6));
        Assert.That((int?)end["FailedItemCount"], Is.EqualTo(3), "a condition that does not hold is no failure");
        string folder = $"out/AWSDynamoDB/{arn[(arn.LastIndexOf('/') + 1)..]}/";
        string[] errors = rig.Buckets.Read(folder + "ERROR.json")!.TrimEnd('\n').Split('\n');
        Assert.That(errors.Select(line => (int?)JsonNode.Parse(line)!["Line"]), Is.EqualTo(new[] { 3, 4, 5 }));
        Assert.That(errors[0], Does.Contain("ValidationException").And.Contain("\"Item\":{\"pk\":{\"N\":\"1\"}}"));
        JsonNode failure = JsonNode.Parse(rig.Buckets.Read(folder + "CONDITION_CHECK_FAILURE.json")!)!;
        Assert.That((string?)failure["ExistingItem"]!["v"]!["N"], Is.EqualTo("1"));
        Assert.That((string?)failure["Item"]!["v"]!["N"], Is.EqualTo("2"));
        Assert.That(rig.Buckets.Read(folder + "manifest.json"), Does.Contain("\"recordCount\":3").And.Contain("\"recordCount\":1"));
    }

    [TestCase(3)]
    [TestCase(30)]
    public async Task Object_ThatIsCompressedAndCut_IsAnError_AndItsLastLineIsNotPut(int missing)
    {
        using TransferRig rig = await WithTableAsync();
        using MemoryStream packed = new();
        using (GZipStream packer = new(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            packer.Write("{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}          "u8);
        }

        rig.Buckets.Put("in/1.gz", packed.ToArray().AsSpan()[..^missing]);
        JsonNode end = await rig.EndAsync(await rig.StartAsync(
            "StartBulkPutItems",
            Start.Replace("'InputFormat'", "'InputCompressionType':'GZIP','InputFormat'", StringComparison.Ordinal)));
        Assert.That((string?)end["BulkOperationStatus"], Is.EqualTo("COMPLETED_WITH_ERRORS"), end.ToJsonString());
        Assert.That((int?)end["FailedItemCount"], Is.EqualTo(1));
        Assert.That(await rig.ScanAsync("tab"), Has.None.Contains("\"b\""));
    }

    [Test]
    public async Task Output_ThatWasNotAskedFor_IsNotWritten()
    {
        using TransferRig rig = await WithTableAsync();
        rig.Buckets.Put("in/1.json", "no JSON");
        string arn = await rig.StartAsync("StartBulkPutItems", Start.Replace("'ERROR',", "", StringComparison.Ordinal));
        await rig.EndAsync(arn);
        string folder = $"out/AWSDynamoDB/{arn[(arn.LastIndexOf('/') + 1)..]}/";
        Assert.That(rig.Buckets.Read(folder + "ERROR.json"), Is.Null);
        Assert.That(rig.Buckets.Read(folder + "CONDITION_CHECK_FAILURE.json"), Is.Empty);
    }

    [Test]
    public async Task Caches_AreToldOfEachItem_BeforeALaterWriteIsAnswered()
    {
        using TransferRig rig = await WithTableAsync();
        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'1'},'v':{'N':'1'}}}");
        List<BackgroundChange> told = [];
        rig.Engine.Backend.BackgroundChanges = told.AddRange;
        rig.Buckets.Put("in/1.json", Lines(250));
        await rig.EndAsync(await rig.StartAsync("StartBulkPutItems", Start));
        Assert.That(told, Has.Count.EqualTo(250));
        Assert.That(told.Select(change => change.TableName), Is.All.EqualTo("tab"));
        Assert.That(told.Select(change => change.Images!.New), Is.All.Not.Null);
        Assert.That(told.Count(change => change.Images!.Old is not null), Is.EqualTo(1));
    }

    [Test]
    public async Task StreamRecords_AreWritten_AsForAnyPut()
    {
        using TransferRig rig = await WithTableAsync();
        await rig.CallAsync("UpdateTable", "{'TableName':'tab','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'}}");
        rig.Buckets.Put("in/1.json", Lines(3));
        await rig.EndAsync(await rig.StartAsync("StartBulkPutItems", Start));
        string stream = (await rig.Engine.ReadAsync("ListStreams", "{}", "Streams", 0, "StreamArn"))!;
        string shard = (await rig.Engine.ReadAsync("DescribeStream", $"{{'StreamArn':{stream}}}", "StreamDescription", "Shards", 0, "ShardId"))!;
        string iterator = (await rig.Engine.ReadAsync(
            "GetShardIterator", $"{{'StreamArn':{stream},'ShardId':{shard},'ShardIteratorType':'TRIM_HORIZON'}}", "ShardIterator"))!;
        JsonNode records = JsonNode.Parse(await rig.CallAsync("GetRecords", $"{{'ShardIterator':{iterator}}}"))!;
        Assert.That(records["Records"]!.AsArray(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Token_WithTheSameParameters_StartsOne_AndWithOthersNone()
    {
        using TransferRig rig = await WithTableAsync();
        rig.Buckets.Put("in/1.json", Lines(1));
        string request = Start.Replace("{'TableName'", "{'ClientToken':'t','TableName'", StringComparison.Ordinal);
        string first = await rig.StartAsync("StartBulkPutItems", request);
        Assert.That(await rig.StartAsync("StartBulkPutItems", request), Is.EqualTo(first));
        await rig.EndAsync(first);
        Assert.That(await rig.StartAsync("StartBulkPutItems", request), Is.EqualTo(first));
        Assert.That(await rig.CallAsync("StartBulkPutItems", request.Replace("in/", "on/", StringComparison.Ordinal)),
            Does.Contain("#IdempotentParameterMismatchException"));
        Assert.That(await rig.StartAsync("StartBulkPutItems", Start), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task Token_AfterEightHours_IsForgotten_AndAfterNinetyDaysTheOperation()
    {
        ManualTime time = new();
        using TransferRig rig = await WithTableAsync(time: time);
        rig.Buckets.Put("in/1.json", Lines(1));
        string request = Start.Replace("{'TableName'", "{'ClientToken':'t','TableName'", StringComparison.Ordinal);
        string first = await rig.StartAsync("StartBulkPutItems", request);
        await rig.EndAsync(first);
        time.Advance(TimeSpan.FromHours(8).TotalSeconds + 0.001);
        string second = await rig.StartAsync("StartBulkPutItems", request);
        Assert.That(second, Is.Not.EqualTo(first));
        await rig.EndAsync(second);
        time.Advance(TimeSpan.FromDays(90).TotalSeconds);
        await rig.EndAsync(await rig.StartAsync("StartBulkPutItems", Start));
        Assert.That(
            await rig.CallAsync("DescribeBulkOperation", $"{{'BulkOperationArn':'{first}'}}"), Does.Contain("#ResourceNotFoundException"));
    }

    [Test]
    public async Task Operation_ThatIsCancelled_Stops_AndKeepsWhatItPut()
    {
        ManualTime time = new();
        using TransferRig rig = await WithTableAsync(time: time);
        rig.Buckets.Put("in/1.json", Lines(5000));

        // A limit of units holds it, as the clock stands.
        string arn = await rig.StartAsync(
            "StartBulkPutItems", Start.Replace("{'TableName'", "{'MaxWriteRequestUnits':1024,'TableName'", StringComparison.Ordinal));
        while ((int?)(await rig.DescribeAsync(arn))["ProcessedItemCount"] < 100)
        {
            await rig.ScanAsync("tab");
        }

        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'a client is served meanwhile'}}}");
        Assert.That((string?)(await rig.DescribeAsync(arn))["BulkOperationStatus"], Is.EqualTo("IN_PROGRESS"));
        JsonObject cancelled = JsonNode.Parse(await rig.CallAsync("CancelBulkOperation", $"{{'BulkOperationArn':'{arn}'}}"))!.AsObject();
        Assert.That((string?)cancelled["BulkOperationStatus"], Is.EqualTo("CANCELLING"));
        Assert.That((string?)cancelled["BulkOperationArn"], Is.EqualTo(arn));
        Assert.That((string?)(await rig.DescribeAsync(arn))["BulkOperationStatus"], Is.EqualTo("CANCELLING"));
        time.Advance(2);
        JsonNode end = await rig.EndAsync(arn);
        Assert.That((string?)end["BulkOperationStatus"], Is.EqualTo("CANCELLED"));
        Assert.That((int?)end["ProcessedItemCount"], Is.EqualTo(100));
        Assert.That(await rig.ScanAsync("tab"), Has.Count.EqualTo(101));
    }

    [Test]
    public async Task Operation_ThatTheEndOfTheProcessInterrupts_HasFailedAtTheNextStart()
    {
        using StoreFolder store = new();
        using BucketFolder buckets = new();
        ManualTime time = new();
        string arn;
        using (TransferRig rig = await WithTableAsync(store.Path, time, buckets))
        {
            buckets.Put("in/1.json", Lines(5000));
            arn = await rig.StartAsync(
                "StartBulkPutItems", Start.Replace("{'TableName'", "{'MaxWriteRequestUnits':1024,'TableName'", StringComparison.Ordinal));
            while ((int?)(await rig.DescribeAsync(arn))["ProcessedItemCount"] < 100)
            {
                await rig.ScanAsync("tab");
            }
        }

        using TransferRig next = new(store.Path, time, buckets) { KeepsBuckets = true };
        JsonNode end = await next.DescribeAsync(arn);
        Assert.That((string?)end["BulkOperationStatus"], Is.EqualTo("FAILED"));
        Assert.That((int?)end["ProcessedItemCount"], Is.EqualTo(100));
        Assert.That((string?)end["FailureMessage"], Does.Contain("start it again"));
        Assert.That(await next.ScanAsync("tab"), Has.Count.EqualTo(100));
        Assert.That(await next.CallAsync("ListBulkOperations", "{}"), Does.Contain("\"FAILED\""));
    }

    [TestCase("{'TableName':'none',", "#ResourceNotFoundException")]
    [TestCase("{'TableName':'tab','MaxWriteRequestUnits':1023,", "#ValidationException")]
    public async Task Request_ThatCannotBegin_IsRefused(string beginning, string error)
    {
        using TransferRig rig = await WithTableAsync();
        Assert.That(await rig.CallAsync("StartBulkPutItems", beginning + Input + "," + Output + "}"), Does.Contain(error));
    }

    [TestCase("..")]
    [TestCase("a/b")]
    public async Task Bucket_ThatLeadsOutside_IsRefused(string bucket)
    {
        using TransferRig rig = await WithTableAsync();
        Assert.That(await rig.CallAsync("StartBulkPutItems", Start.Replace("'S3Bucket':'bucket'", $"'S3Bucket':'{bucket}'", StringComparison.Ordinal)),
            Does.Contain("#ValidationException"));
    }

    [TestCase("../")]
    [TestCase("a/../../")]
    [TestCase("/etc/")]
    public async Task Prefix_ThatLeadsOutside_IsRefused(string prefix)
    {
        using TransferRig rig = await WithTableAsync();
        foreach (string place in new[] { "'in/'", "'out'" })
        {
            Assert.That(await rig.CallAsync("StartBulkPutItems", Start.Replace(place, $"'{prefix}'", StringComparison.Ordinal)),
                Does.Contain("#ValidationException").And.Contain("no files can be named"));
        }
    }

    [Test]
    public async Task Request_WithoutAnOption_IsRefusedByItsName()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        await rig.CallAsync(
            "UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
        const string Export = "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'bucket'}";
        const string Import = "{'S3BucketSource':{'S3Bucket':'bucket'},'InputFormat':'DYNAMODB_JSON','TableCreationParameters':{'TableName':'new',"
            + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
            + "'BillingMode':'PAY_PER_REQUEST'}}";
        foreach ((string operation, string request) in new[] { ("StartBulkPutItems", Start), ("ExportTableToPointInTime", Export), ("ImportTable", Import) })
        {
            Assert.That(await rig.CallAsync(operation, request), Does.Contain("#ValidationException").And.Contain($"{operation} needs buckets")
                .And.Contain("Backend:Buckets"));
        }
    }

    [TestCase("'S3Bucket':'none','S3KeyPrefix':'in/'", "S3NoSuchBucket")]
    [TestCase("'S3Bucket':'bucket','S3KeyPrefix':'none/'", "S3NoSuchKey")]
    public async Task Input_ThatIsNotThere_FailsTheOperation(string place, string code)
    {
        using TransferRig rig = await WithTableAsync();
        JsonNode end = await rig.EndAsync(await rig.StartAsync(
            "StartBulkPutItems", Start.Replace("'S3Bucket':'bucket','S3KeyPrefix':'in/'", place, StringComparison.Ordinal)));
        Assert.That((string?)end["BulkOperationStatus"], Is.EqualTo("FAILED"));
        Assert.That((string?)end["FailureCode"], Is.EqualTo(code));
    }

    [Test]
    public async Task Table_ThatIsDropped_FailsTheOperation()
    {
        ManualTime time = new();
        using TransferRig rig = await WithTableAsync(time: time);
        rig.Buckets.Put("in/1.json", Lines(5000));
        string arn = await rig.StartAsync(
            "StartBulkPutItems", Start.Replace("{'TableName'", "{'MaxWriteRequestUnits':1024,'TableName'", StringComparison.Ordinal));
        while ((int?)(await rig.DescribeAsync(arn))["ProcessedItemCount"] < 100)
        {
            await rig.ScanAsync("tab");
        }

        await rig.CallAsync("DeleteTable", "{'TableName':'tab'}");
        time.Advance(2);
        JsonNode end = await rig.EndAsync(arn);
        Assert.That((string?)end["FailureCode"], Is.EqualTo("ResourceNotFoundException"));
    }

    [Test]
    public async Task List_HasTheNewestFirst_PageByPage()
    {
        using TransferRig rig = await WithTableAsync();
        rig.Buckets.Put("in/1.json", Lines(1));
        List<string> arns = [];
        for (int i = 0; i < 12; i++)
        {
            arns.Insert(0, await rig.StartAsync("StartBulkPutItems", Start));
            await rig.EndAsync(arns[0]);
        }

        JsonNode first = JsonNode.Parse(await rig.CallAsync("ListBulkOperations", "{}"))!;
        Assert.That(Arns(first), Is.EqualTo(arns.Take(10)));
        Assert.That(first["BulkOperationsSummaryList"]![0]!.AsObject().Select(member => member.Key),
            Is.EqualTo(new[] { "BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime" }));
        JsonNode second = JsonNode.Parse(
            await rig.CallAsync("ListBulkOperations", $"{{'NextToken':'{first["NextToken"]}','MaxResults':5}}"))!;
        Assert.That(Arns(second), Is.EqualTo(arns.Skip(10)));
        Assert.That(second["NextToken"], Is.Null);
        Assert.That(await rig.CallAsync("ListBulkOperations", "{'NextToken':'x'}"), Does.Contain("#ValidationException"));
    }

    private static IEnumerable<string?> Arns(JsonNode page) =>
        page["BulkOperationsSummaryList"]!.AsArray().Select(one => (string?)one!["BulkOperationArn"]);

    private static string Lines(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{{\"Item\":{{\"pk\":{{\"S\":\"{i}\"}}}}}}\n"));

    private static async Task<TransferRig> WithTableAsync(string? folder = null, TimeProvider? time = null, BucketFolder? buckets = null)
    {
        TransferRig rig = new(folder, time, buckets) { KeepsBuckets = buckets is not null };
        await rig.Engine.CreateHashTableAsync("tab");
        return rig;
    }
}
