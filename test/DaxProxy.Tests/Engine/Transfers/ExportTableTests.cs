using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Buckets;
using DaxProxy.Tests.Engine.Buckets;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>ExportTableToPointInTime, and how it is described while it runs and afterwards.</summary>
public sealed class ExportTableTests
{
    private const string Export = "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'bucket','S3Prefix':'nightly'}";

    /// <summary>One of each type, with what a format may find hard.</summary>
    private const string Everything = """
        {"pk":{"S":"all"},"s":{"S":"a\nb\\ \u0001\"\uD83D\uDE00 '''é"},"e":{"S":""},"n":{"N":"-1.5E+100"},"i":{"N":"600"},
        "f":{"N":"0.001"},"b":{"B":"AQID"},"eb":{"B":""},"t":{"BOOL":true},"u":{"BOOL":false},"z":{"NULL":true},
        "ss":{"SS":["a","b"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AQ==","Ag=="]},"l":{"L":[{"N":"1"},{"L":[]},{"M":{}}]},
        "m":{"M":{"null":{"S":"x"},"a b":{"NULL":true},"1":{"N":"1"}}},"true":{"S":"y"}}
        """;

    [Test]
    public async Task Objects_AreLaidOutAsTheServiceDoes([Values(true, false)] bool isInMemory)
    {
        using StoreFolder store = new();
        using TransferRig rig = await WithTableAsync(isInMemory ? null : store.Path);
        for (int i = 0; i < 30; i++)
        {
            await rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}}}}}}");
        }

        string arn = await rig.StartAsync("ExportTableToPointInTime", Export);
        JsonNode end = await rig.EndAsync(arn);
        string folder = $"nightly/AWSDynamoDB/{arn[(arn.LastIndexOf('/') + 1)..]}/";
        Assert.That((string?)end["ExportStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        Assert.That((string?)end["ExportManifest"], Is.EqualTo(folder + "manifest-summary.json"));
        Assert.That((int?)end["ItemCount"], Is.EqualTo(30));
        Assert.That((long?)end["BilledSizeBytes"], Is.GreaterThan(0));
        Assert.That((string?)end["ExportType"], Is.EqualTo("FULL_EXPORT"));
        Assert.That((string?)end["ExportFormat"], Is.EqualTo("DYNAMODB_JSON"));
        Assert.That((string?)end["S3Prefix"], Is.EqualTo("nightly"));
        List<string> keys = [.. rig.Buckets.Store.List(BucketFolder.Bucket, "", int.MaxValue).Select(found => found.Key)];
        Assert.That(keys.Where(key => !key.Contains("/data/", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            folder + "_started", folder + "manifest-files.json", folder + "manifest-files.md5", folder + "manifest-summary.json",
            folder + "manifest-summary.md5",
        }));

        JsonNode summary = JsonNode.Parse(rig.Buckets.Read(folder + "manifest-summary.json")!)!;
        Assert.That((string?)summary["exportArn"], Is.EqualTo(arn));
        Assert.That((int?)summary["itemCount"], Is.EqualTo(30));
        Assert.That((string?)summary["manifestFilesS3Key"], Is.EqualTo(folder + "manifest-files.json"));
        string files = rig.Buckets.Read(folder + "manifest-files.json")!;
        Assert.That(rig.Buckets.Read(folder + "manifest-files.md5"), Is.EqualTo(Md5(Encoding.UTF8.GetBytes(files))));
        List<string> lines = [];
        foreach (string line in files.TrimEnd('\n').Split('\n'))
        {
            JsonNode file = JsonNode.Parse(line)!;
            byte[] bytes = File.ReadAllBytes(rig.Buckets.PathOf((string)file["dataFileS3Key"]!));
            Assert.That((string?)file["md5Checksum"], Is.EqualTo(Md5(bytes)));
            string[] items = Unzip(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That((int?)file["itemCount"], Is.EqualTo(items.Length));
            lines.AddRange(items);
        }

        Assert.That(lines.Order(StringComparer.Ordinal),
            Is.EqualTo(Enumerable.Range(0, 30).Select(i => $"{{\"Item\":{{\"pk\":{{\"S\":\"{i}\"}}}}}}").Order(StringComparer.Ordinal)));
        Assert.That(
            keys.Count(key => key.Contains("/data/", StringComparison.Ordinal)), Is.EqualTo(files.TrimEnd('\n').Split('\n').Length));
        Assert.That(await rig.CallAsync("ListExports", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab'}"),
            Is.EqualTo(
                $"{{\"ExportSummaries\":[{{\"ExportArn\":\"{arn}\",\"ExportStatus\":\"COMPLETED\",\"ExportType\":\"FULL_EXPORT\"}}]}}"));
        Assert.That(
            await rig.CallAsync("ListExports", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tub'}"),
            Is.EqualTo("{\"ExportSummaries\":[]}"));
    }

    [TestCase("DYNAMODB_JSON")]
    [TestCase("ION")]
    public async Task Items_OfAllTypes_ComeBackByAnImport(string format)
    {
        using TransferRig rig = await WithTableAsync();
        Assert.That(await rig.Engine.CallTextAsync("PutItem", $"{{\"TableName\":\"tab\",\"Item\":{Everything}}}"), Is.EqualTo("{}"));
        string arn = await rig.StartAsync(
            "ExportTableToPointInTime", Export.Replace("'nightly'", $"'nightly','ExportFormat':'{format}'", StringComparison.Ordinal));
        Assert.That((string?)(await rig.EndAsync(arn))["ExportStatus"], Is.EqualTo("COMPLETED"));
        string data = $"nightly/AWSDynamoDB/{arn[(arn.LastIndexOf('/') + 1)..]}/data/";
        JsonNode end = await rig.EndAsync(await rig.StartAsync("ImportTable", $"{{'S3BucketSource':{{'S3Bucket':'bucket','S3KeyPrefix':'{data}'}},"
            + $"'InputFormat':'{format}','InputCompressionType':'GZIP','TableCreationParameters':{{'TableName':'new','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}}"));
        Assert.That((string?)end["ImportStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        Assert.That(await rig.ScanAsync("new"), Is.EqualTo(await rig.ScanAsync("tab")));
    }

    [Test]
    public async Task Files_OfAnEmptyTable_AreGzipOfNothing()
    {
        using TransferRig rig = await WithTableAsync();
        await rig.EndAsync(await rig.StartAsync("ExportTableToPointInTime", Export));
        List<BucketObject> files =
        [
            .. rig.Buckets.Store.List(BucketFolder.Bucket, "", int.MaxValue)
                .Where(found => found.Key.Contains("/data/", StringComparison.Ordinal)),
        ];
        Assert.That(files, Has.Count.EqualTo(4));
        foreach (BucketObject file in files)
        {
            Assert.That(file.Bytes, Is.EqualTo(20));
            Assert.That(Unzip(File.ReadAllBytes(rig.Buckets.PathOf(file.Key))), Is.Empty);
        }
    }

    [Test]
    public async Task State_IsThatOfTheRequest_WhateverIsWrittenAfterItsAnswer([Values] bool isInMemory)
    {
        using StoreFolder store = new();
        using TransferRig rig = await WithTableAsync(isInMemory ? null : store.Path);
        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'before'}}}");
        string arn = await rig.StartAsync("ExportTableToPointInTime", Export);
        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'after'}}}");
        await rig.CallAsync("DeleteTable", "{'TableName':'tab'}");
        Assert.That((int?)(await rig.EndAsync(arn))["ItemCount"], Is.EqualTo(1));
    }

    [TestCase("'FilterExpression':'n > :n','ExpressionAttributeValues':{':n':{'N':'1'}}", "[2,3]")]
    [TestCase("'FilterExpression':'pk = :p AND n > :n','ExpressionAttributeValues':{':n':{'N':'1'},':p':{'S':'2'}}", "[2]")]
    [TestCase("'KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'3'}}", "[3]")]
    [TestCase(
        "'KeyConditionExpression':'pk = :p','FilterExpression':'n > :n','ExpressionAttributeValues':{':n':{'N':'3'},':p':{'S':'3'}}", "[]")]
    public async Task Filter_ChoosesWhatIsExported(string filter, string expected)
    {
        using TransferRig rig = await WithTableAsync();
        for (int i = 0; i < 4; i++)
        {
            await rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}},'n':{{'N':'{i}'}}}}}}");
        }

        string arn = await rig.StartAsync("ExportTableToPointInTime",
            Export.Replace(
                "'nightly'", $"'nightly','FilterSpecification':{{'ProjectionExpression':'n',{filter}}}", StringComparison.Ordinal));
        JsonNode end = await rig.EndAsync(arn);
        Assert.That((string?)end["FilterSpecification"]!["ProjectionExpression"], Is.EqualTo("n"));
        IEnumerable<string> lines = rig.Buckets.Store.List(BucketFolder.Bucket, "", int.MaxValue).Where(
            found => found.Key.Contains("/data/", StringComparison.Ordinal))
            .SelectMany(
                found => Unzip(File.ReadAllBytes(rig.Buckets.PathOf(found.Key))).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(
            $"[{string.Join(',', lines.Order(StringComparer.Ordinal).Select(line => JsonNode.Parse(line)!["Item"]!["n"]!["N"]))}]",
            Is.EqualTo(expected));
        Assert.That(lines.Select(line => JsonNode.Parse(line)!["Item"]!.AsObject().Count), Is.All.EqualTo(1));
    }

    [TestCase(
        "'KeyConditionExpression':'pk = :p','FilterExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'3'}}",
        "Filter Expression can only contain non-primary key")]
    [TestCase(
        "'KeyConditionExpression':'n = :p','ExpressionAttributeValues':{':p':{'S':'3'}}", "Query condition missed key schema element: pk")]
    [TestCase("'FilterExpression':'n = :p'", "attribute value: :p")]
    [TestCase("'ExpressionAttributeNames':{'#n':'n'}", "ExpressionAttributeNames")]
    public async Task Filter_ThatCannotBe_IsRefused(string filter, string error)
    {
        using TransferRig rig = await WithTableAsync();
        Assert.That(
            await rig.CallAsync(
                "ExportTableToPointInTime",
                Export.Replace("'nightly'", $"'nightly','FilterSpecification':{{{filter}}}", StringComparison.Ordinal)),
            Does.Contain("#ValidationException").And.Contain(error));
    }

    [Test]
    public async Task Request_WithoutRecovery_IsRefused()
    {
        using TransferRig rig = new();
        await rig.Engine.CreateHashTableAsync("tab");
        Assert.That(await rig.CallAsync("ExportTableToPointInTime", Export), Does.Contain("#PointInTimeRecoveryUnavailableException"));
        Assert.That(
            await rig.CallAsync("ExportTableToPointInTime", Export.Replace("/tab", "/tub", StringComparison.Ordinal)),
            Does.Contain("#TableNotFoundException"));
    }

    [Test]
    public async Task Token_StartsOneExport_AndABucketThatIsNotThereFailsIt()
    {
        using TransferRig rig = await WithTableAsync();
        string request = Export.Replace("'nightly'", "'nightly','ClientToken':'t'", StringComparison.Ordinal);
        string arn = await rig.StartAsync("ExportTableToPointInTime", request);
        Assert.That(await rig.StartAsync("ExportTableToPointInTime", request), Is.EqualTo(arn));
        Assert.That(await rig.CallAsync("ExportTableToPointInTime", request.Replace("nightly", "daily", StringComparison.Ordinal)),
            Does.Contain("#ExportConflictException"));
        JsonNode end = await rig.EndAsync(
            await rig.StartAsync("ExportTableToPointInTime", Export.Replace("'bucket'", "'none'", StringComparison.Ordinal)));
        Assert.That((string?)end["FailureCode"], Is.EqualTo("S3NoSuchBucket"));
    }

#pragma warning disable CA5351 // What manifests of the service have.
    private static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));
#pragma warning restore CA5351

    private static string Unzip(byte[] bytes)
    {
        using StreamReader reader = new(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static async Task<TransferRig> WithTableAsync(string? folder = null)
    {
        TransferRig rig = new(folder);
        await rig.Engine.CreateHashTableAsync("tab");
        await rig.CallAsync(
            "UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
        return rig;
    }
}
