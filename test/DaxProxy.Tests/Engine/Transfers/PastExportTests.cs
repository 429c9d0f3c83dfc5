using System.Globalization;
using System.Text.Json.Nodes;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine.Buckets;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>Exports of past states, and of what changed between two of them.</summary>
public sealed class PastExportTests
{
    private const double Minute = 60;
    private const double Day = 86400;

    private ManualTime time = null!;

    private double Now => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    [SetUp]
    public void SetUp() => time = new ManualTime();

    [Test]
    public async Task Time_InThePast_GivesTheStateOfThatTime([Values] bool isInMemory)
    {
        using StoreFolder store = new();
        using TransferRig rig = await StartAsync(isInMemory ? null : store.Path);
        await PutAsync(rig, "kept", 1);
        await PutAsync(rig, "changed", 1);
        await PutAsync(rig, "deleted", 1);
        double then = Now;
        time.Advance(Minute);
        await PutAsync(rig, "changed", 2);
        await PutAsync(rig, "new", 2);
        await DeleteAsync(rig, "deleted");
        JsonNode end = await ExportAsync(rig, $"'ExportTime':{Text(then)}");
        Assert.That((double?)end["ExportTime"], Is.EqualTo(then));
        Assert.That(Lines(rig, end).Select(line => $"{line["Item"]!["pk"]!["S"]}={line["Item"]!["n"]!["N"]}").Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { "changed=1", "deleted=1", "kept=1" }));
    }

    [Test]
    public async Task Time_OutsideOfWhatIsKept_IsRefused()
    {
        using TransferRig rig = new(time: time);
        await rig.Engine.CreateHashTableAsync("tab");
        double made = Now;
        time.Advance(Minute);
        await RecoverAsync(rig);
        double earliest = Now;
        time.Advance(Minute);
        const string Invalid = "Export Time is invalid", NotKept = "Point in Time Recovery is not available for specified export time";
        (double, string?)[] exports = [(made - 1, Invalid), (Now + 1, Invalid), (earliest - 1, NotKept), (earliest, null), (Now, null)];
        foreach ((double at, string? error) in exports)
        {
            string reply = await rig.CallAsync("ExportTableToPointInTime", Request($"'ExportTime':{Text(at)}"));
            Assert.That(
                reply,
                error is null ? Does.Contain("IN_PROGRESS") : Does.Contain("#InvalidExportTimeException").And.Contain($"\"{error}\""),
                $"{at - Now}");
        }
    }

    [TestCase("NEW_AND_OLD_IMAGES")]
    [TestCase("NEW_IMAGE")]
    public async Task Changes_HaveWhatTheViewSays_OncePerItem(string view)
    {
        using TransferRig rig = await StartAsync();
        await PutAsync(rig, "kept", 1);
        await PutAsync(rig, "updated", 1);
        await PutAsync(rig, "deleted", 1);
        time.Advance(Minute);
        double from = Now;
        await PutAsync(rig, "updated", 2);
        await PutAsync(rig, "inserted", 2);
        await PutAsync(rig, "passing", 2);
        time.Advance(Minute);
        double last = Now;
        await PutAsync(rig, "updated", 3);
        await DeleteAsync(rig, "deleted");
        await DeleteAsync(rig, "passing");
        time.Advance(20 * Minute);
        double to = Now;
        await PutAsync(rig, "inserted", 9);
        await PutAsync(rig, "kept", 9);
        JsonNode end = await ExportAsync(rig, Incremental(from, to, $"'ExportViewType':'{view}'"));
        bool hasOld = view == "NEW_AND_OLD_IMAGES";
        Assert.That(Lines(rig, end).Select(line => line.ToJsonString()).Order(StringComparer.Ordinal), Is.EqualTo(new[]
        {
            Line(last, "deleted", null, hasOld ? 1 : null),
            Line(from, "inserted", 2, null),
            Line(last, "updated", 3, hasOld ? 1 : null),
        }.Order(StringComparer.Ordinal)));
        Assert.That((int?)end["ItemCount"], Is.EqualTo(3));
    }

    [Test]
    public async Task Spans_ThatFollowOnEachOther_HaveEachChangeOnce()
    {
        using TransferRig rig = await StartAsync();
        time.Advance(Minute);
        double begin = Now;
        for (int i = 0; i < 90; i++)
        {
            await PutAsync(rig, $"k{i}", i);
            time.Advance(Minute);
        }

        List<string> found = [];
        for (int i = 0; i < 3; i++)
        {
            found.AddRange(Lines(rig, await ExportAsync(rig, Incremental(begin + (i * 30 * Minute), begin + ((i + 1) * 30 * Minute))))
                .Select(line => $"{i}:{line["Keys"]!["pk"]!["S"]}"));
        }

        Assert.That(
            found.Order(StringComparer.Ordinal),
            Is.EqualTo(Enumerable.Range(0, 90).Select(i => $"{i / 30}:k{i}").Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task Changes_InIon_AreRecords()
    {
        using TransferRig rig = await StartAsync();
        await PutAsync(rig, "a", 1);
        time.Advance(Minute);
        double from = Now;
        await PutAsync(rig, "a", 2);
        time.Advance(20 * Minute);
        JsonNode end = await ExportAsync(rig, Incremental(from, Now) + ",'ExportFormat':'ION'");
        Assert.That(ExportedFiles.Lines(rig.Buckets, end), Is.EqualTo(new[]
        {
            $"$ion_1_0 {{Record:{{Metadata:{{WriteTimestampMicros:{Micros(from)}.}},Keys:{{pk:\"a\"}},NewImage:{{pk:\"a\",n:2.}},OldImage:{{pk:\"a\",n:1.}}}}}}",
        }));
    }

    [Test]
    public async Task Keys_HaveTheSortKey()
    {
        using TransferRig rig = new(time: time);
        await rig.CallAsync("CreateTable", "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'a','AttributeType':'N'},"
            + "{'AttributeName':'b','AttributeType':'B'}],'KeySchema':[{'AttributeName':'b','KeyType':'HASH'},{'AttributeName':'a','KeyType':'RANGE'}]}");
        await RecoverAsync(rig);
        time.Advance(Minute);
        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'a':{'N':'1'},'b':{'B':'AQ=='},'c':{'S':'x'}}}");
        time.Advance(20 * Minute);
        JsonNode end = await ExportAsync(rig, Incremental(Now - (20 * Minute), Now));
        Assert.That(Lines(rig, end).Single()["Keys"]!.ToJsonString(), Is.EqualTo("""{"b":{"B":"AQ=="},"a":{"N":"1"}}"""));
    }

    [Test]
    public async Task Description_AndManifest_SayWhatWasExported()
    {
        using TransferRig rig = await StartAsync();
        time.Advance(0.5 + (20 * Minute));
        double from = Math.Floor(Now) - (20 * Minute);
        string arn = await rig.StartAsync(
            "ExportTableToPointInTime",
            Request($"'ExportType':'INCREMENTAL_EXPORT','IncrementalExportSpecification':{{'ExportFromTime':{Text(from)}}}"));
        JsonNode end = await rig.EndAsync(arn);
        double to = Math.Floor(Now);
        Assert.That((string?)end["ExportStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        Assert.That((string?)end["ExportType"], Is.EqualTo("INCREMENTAL_EXPORT"));
        Assert.That(end["ExportTime"], Is.Null);
        Assert.That(end["IncrementalExportSpecification"]!.ToJsonString(),
            Is.EqualTo($"{{\"ExportFromTime\":{Text(from)},\"ExportToTime\":{Text(to)},\"ExportViewType\":\"NEW_AND_OLD_IMAGES\"}}"));
        Assert.That((int?)end["BilledSizeBytes"], Is.EqualTo(10_000_000));
        Assert.That(await rig.CallAsync("ListExports", "{}"), Does.Contain("INCREMENTAL_EXPORT"));
        JsonNode summary = ExportedFiles.Summary(rig.Buckets, end);
        Assert.That((string?)summary["version"], Is.EqualTo("2023-08-01"));
        Assert.That((string?)summary["exportType"], Is.EqualTo("INCREMENTAL_EXPORT"));
        Assert.That((string?)summary["outputView"], Is.EqualTo("NEW_AND_OLD_IMAGES"));
        Assert.That(summary["exportTime"], Is.Null);
        Assert.That((string?)summary["exportFromTime"], Is.EqualTo(Stamp(from)));
        Assert.That((string?)summary["exportToTime"], Is.EqualTo(Stamp(to)));
        Assert.That(
            rig.Buckets.Store.List(BucketFolder.Bucket, "nightly/AWSDynamoDB/data/", int.MaxValue), Has.Count.EqualTo(4),
            "exports of changes share a folder");
    }

    [TestCase(-30 * Minute, -16 * Minute, "Difference between export period from time and export period to time is less than 15 minutes")]
    [TestCase(-10 * Minute, null, "Difference between export period from time and export period to time is less than 15 minutes")]
    [TestCase(-30 * Minute, -60 * Minute, "Difference between export period from time and export period to time is less than 15 minutes")]
    [TestCase(-30 * Minute, -15 * Minute, null)]
    [TestCase(-30 * Minute, 1.0, "Incremental export period to time cannot be greater than the current time : {1}")]
    [TestCase(-2 * Day, -Day, null)]
    [TestCase((-2 * Day) - 1, -Day, "Difference between export period from time and export period to time is greater than 24 hours")]
    [TestCase(-4 * Day, -3.5 * Day, "Point in Time Recovery is not available for specified export time")]
    [TestCase(-6 * Day, -5.5 * Day, "Incremental export period from time cannot be less than the table creation time : {0}")]
    public async Task Span_ThatCannotBe_IsRefused(double from, double? to, string? error)
    {
        using TransferRig rig = new(time: time);
        await rig.Engine.CreateHashTableAsync("tab");
        time.Advance(2 * Day);
        await RecoverAsync(rig);
        time.Advance(3 * Day);
        string reply = await rig.CallAsync("ExportTableToPointInTime", Request(Incremental(Now + from, Now + to)));
        Assert.That(reply, error is null
            ? Does.Contain("IN_PROGRESS")
            : Does.Contain("#InvalidExportTimeException").And.Contain(
                $"\"{string.Format(CultureInfo.InvariantCulture, error, Stamp(Now + from, ""), Stamp(Now + (to ?? 0), ""))}\""));
    }

    [TestCase(
        "'IncrementalExportSpecification':{'ExportFromTime':1}",
        "Export Type expected to be Incremental Export when incremental export specification is provided")]
    [TestCase(
        "'ExportType':'FULL_EXPORT','IncrementalExportSpecification':{}",
        "When Export Type is Full Export , Incremental Export Specification should not be provided")]
    [TestCase(
        "'ExportType':'INCREMENTAL_EXPORT'", "Incremental Export Specification expected when export type is set as Incremental Export")]
    [TestCase(
        "'ExportType':'INCREMENTAL_EXPORT','IncrementalExportSpecification':{}",
        "ExportFromTime must be provided in IncrementalExportSpecification")]
    public async Task Members_ThatDoNotFit_AreRefused(string members, string error)
    {
        using TransferRig rig = await StartAsync();
        Assert.That(await rig.CallAsync("ExportTableToPointInTime", Request(members)),
            Does.Contain("#ValidationException").And.Contain($"\"Invalid Request: {error}\""));
    }

    [Test]
    public async Task Filter_OfChanges_IsRefused()
    {
        using TransferRig rig = await StartAsync();
        time.Advance(20 * Minute);
        Assert.That(
            await rig.CallAsync(
                "ExportTableToPointInTime",
                Request(Incremental(Now - (16 * Minute), Now) + ",'FilterSpecification':{'ProjectionExpression':'n'}")),
            Does.Contain("#ValidationException").And.Contain("FilterSpecification"));
    }

    [Test]
    public async Task Token_OfAnotherSpan_IsAConflict()
    {
        using TransferRig rig = await StartAsync();
        time.Advance(40 * Minute);
        string arn = await rig.StartAsync(
            "ExportTableToPointInTime", Request(Incremental(Now - (30 * Minute), Now) + ",'ClientToken':'t'"));
        Assert.That(
            await rig.StartAsync("ExportTableToPointInTime", Request(Incremental(Now - (30 * Minute), Now) + ",'ClientToken':'t'")),
            Is.EqualTo(arn));
        foreach (string other in new[]
        {
            Incremental(Now - (30 * Minute), Now - 1), Incremental(Now - (29 * Minute), Now),
            Incremental(Now - (30 * Minute), Now, "'ExportViewType':'NEW_IMAGE'"),
        })
        {
            Assert.That(
                await rig.CallAsync("ExportTableToPointInTime", Request(other + ",'ClientToken':'t'")),
                Does.Contain("#ExportConflictException"));
        }

        await rig.EndAsync(arn);
    }

    [Test]
    public async Task State_IsHeld_UntilItIsWritten_AlsoWhereTheProcessEnds()
    {
        using StoreFolder store = new();
        using (TransferRig rig = await StartAsync(store.Path))
        {
            await ExportAsync(rig, "'ExportFormat':'ION'");
        }

        Assert.That(store.Read("SELECT count(*) FROM holds"), Is.EqualTo(new[] { "0" }));

        // What a killed process leaves.
        store.Execute("INSERT INTO holds (table_id, point) SELECT id, 1 FROM tables");
        using (TransferRig rig = new(store.Path, time))
        {
            await rig.CallAsync(
                "UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':false}}");
            await PutAsync(rig, "a", 1);
        }

        Assert.That(store.Read("SELECT count(*) FROM holds"), Is.EqualTo(new[] { "0" }));
        Assert.That(store.Read("SELECT count(*) FROM history"), Is.EqualTo(new[] { "0" }), "no past is kept for a reader that is gone");
    }

    private static string Request(string members) =>
        $"{{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'bucket','S3Prefix':'nightly',{members}}}";

    private static string Incremental(double from, double? to, string more = "") => "'ExportType':'INCREMENTAL_EXPORT','IncrementalExportSpecification':{"
        + $"'ExportFromTime':{Text(from)}{(to is null ? "" : $",'ExportToTime':{Text(to.Value)}")}{(more.Length == 0 ? "" : "," + more)}}}";

    private static string Text(double seconds) => seconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Micros(double seconds) => ((long)Math.Round(seconds * 1_000_000)).ToString(CultureInfo.InvariantCulture);

    private static string Stamp(double seconds, string fraction = "'.'fff") =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000)).ToString(
            $"yyyy-MM-dd'T'HH:mm:ss{fraction}'Z'", CultureInfo.InvariantCulture);

    private static string Line(double written, string key, int? now, int? before)
    {
        string Image(string name, int? n) => n is null ? "" : $",\"{name}\":{{\"pk\":{{\"S\":\"{key}\"}},\"n\":{{\"N\":\"{n}\"}}}}";
        return $"{{\"Metadata\":{{\"WriteTimestampMicros\":{{\"N\":\"{Micros(written)}\"}}}},\"Keys\":{{\"pk\":{{\"S\":\"{key}\"}}}}"
            + Image("NewImage", now) + Image("OldImage", before) + "}";
    }

    private static Task<string> RecoverAsync(TransferRig rig) =>
        rig.CallAsync(
            "UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");

    private static Task<string> PutAsync(TransferRig rig, string key, int n) =>
        rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{key}'}},'n':{{'N':'{n}'}}}}}}");

    private static Task<string> DeleteAsync(TransferRig rig, string key) =>
        rig.CallAsync("DeleteItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'{key}'}}}}}}");

    private static async Task<JsonNode> ExportAsync(TransferRig rig, string members)
    {
        JsonNode end = await rig.EndAsync(await rig.StartAsync("ExportTableToPointInTime", Request(members)));
        Assert.That((string?)end["ExportStatus"], Is.EqualTo("COMPLETED"), end.ToJsonString());
        return end;
    }

    private static IEnumerable<JsonNode> Lines(TransferRig rig, JsonNode export) =>
        ExportedFiles.Lines(rig.Buckets, export).Select(line => JsonNode.Parse(line)!);

    private async Task<TransferRig> StartAsync(string? folder = null)
    {
        TransferRig rig = new(folder, time);
        await rig.Engine.CreateHashTableAsync("tab");
        await RecoverAsync(rig);
        return rig;
    }
}
