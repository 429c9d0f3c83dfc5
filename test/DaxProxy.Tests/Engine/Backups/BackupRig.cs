using System.Diagnostics;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine.Buckets;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Backups;

/// <summary>The engine with a clock of its own and a table <c>Log</c> of key <c>pk</c> (S), whose items have a number <c>n</c>.</summary>
internal sealed class BackupRig : IDisposable
{
    private const int TurnsWithoutAPause = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public BackupRig(string? folder = null, ManualTime? time = null, BucketFolder? buckets = null)
    {
        Time = time ?? new ManualTime();
        Engine = new EngineRig(
            new EngineOptions { DataFolder = folder, SynchronizeEveryCommit = false, StreamShards = 1, Buckets = buckets?.Store }, Time);
    }

    public ManualTime Time { get; }

    public EngineRig Engine { get; }

    /// <summary>The time now as requests have it.</summary>
    public double Now => (Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    public void Dispose() => Engine.Dispose();

    public static async Task<BackupRig> StartAsync(string? folder = null, BucketFolder? buckets = null)
    {
        BackupRig rig = new(folder, buckets: buckets);
        await rig.Engine.CreateHashTableAsync("Log");
        return rig;
    }

    public Task<string> CallAsync(string operation, string json) => Engine.CallAsync(operation, json);

    public async Task<JsonNode> JsonAsync(string operation, string json) => JsonNode.Parse(await CallAsync(operation, json))!;

    public Task PutAsync(string key, int n, string table = "Log") =>
        CallAsync("PutItem", $"{{'TableName':'{table}','Item':{{'pk':{{'S':'{key}'}},'n':{{'N':'{n}'}}}}}}");

    public Task DeleteAsync(string key) => CallAsync("DeleteItem", $"{{'TableName':'Log','Key':{{'pk':{{'S':'{key}'}}}}}}");

    /// <summary>Switches the keeping of the past on or off.</summary>
    public Task<JsonNode> RecoverAsync(bool isOn = true, string table = "Log", int? days = null) => JsonAsync(
        "UpdateContinuousBackups",
        $"{{'TableName':'{table}','PointInTimeRecoverySpecification':{{'PointInTimeRecoveryEnabled':{(isOn ? "true" : "false")}"
        + (days is null ? "" : $",'RecoveryPeriodInDays':{days}") + "}}");

    /// <summary>Makes a backup and gives its resource name at once.</summary>
    public async Task<string> BeginBackupAsync(string table = "Log", string name = "nightly") =>
        (string)(await JsonAsync("CreateBackup", $"{{'TableName':'{table}','BackupName':'{name}'}}"))["BackupDetails"]!["BackupArn"]!;

    /// <summary>Makes a backup and gives its resource name when it is complete.</summary>
    public async Task<string> BackUpAsync(string table = "Log", string name = "nightly")
    {
        string arn = await BeginBackupAsync(table, name);
        await WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}");
        return arn;
    }

    /// <summary>Restores a backup and waits until the new table is ready.</summary>
    public Task RestoreAsync(string arn, string table) =>
        RunRestoreAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'{table}'}}", table);

    /// <summary>Restores the table's state at a time, null for the latest, and waits until the new table is ready.</summary>
    public Task RestoreAsync(double? time, string table) => RunRestoreAsync(
        "RestoreTableToPointInTime",
        $"{{'SourceTableName':'Log','TargetTableName':'{table}',"
        + (time is null ? "'UseLatestRestorableTime':true}" : $"'RestoreDateTime':{Text(time.Value)}}}"),
        table);

    /// <summary>A time as requests have it.</summary>
    public static string Text(double time) => time.ToString("F6", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Exports the table and gives the lines of all files.</summary>
    public async Task<List<JsonNode>> ExportAsync(BucketFolder buckets, string members)
    {
        JsonNode started = await JsonAsync("ExportTableToPointInTime", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/Log',"
            + $"'S3Bucket':'{BucketFolder.Bucket}',{members}}}");
        Assert.That(started["ExportDescription"], Is.Not.Null, started.ToJsonString());
        string describe = $"{{'ExportArn':'{started["ExportDescription"]!["ExportArn"]}'}}";
        await WaitAsync("DescribeExport", describe);
        return [.. ExportedFiles.Lines(buckets, (await JsonAsync("DescribeExport", describe))["ExportDescription"]!).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>The items of a table, in the order of keys: <c>a=1 b=2</c>.</summary>
    public async Task<string> ItemsAsync(string table)
    {
        SortedDictionary<string, string> items = new(StringComparer.Ordinal);
        string start = "";
        do
        {
            JsonNode page = await JsonAsync("Scan", $"{{'TableName':'{table}','ConsistentRead':true{start}}}");
            Assert.That(page["__type"], Is.Null, page.ToJsonString());
            foreach (JsonNode? item in page["Items"]!.AsArray())
            {
                items.Add((string)item!["pk"]!["S"]!, (string?)item["n"]?["N"] ?? "");
            }

            start = page["LastEvaluatedKey"] is { } last ? $",'ExclusiveStartKey':{last.ToJsonString()}" : "";
        }
        while (start.Length > 0);

        return string.Join(' ', items.Select(item => $"{item.Key}={item.Value}"));
    }

    /// <summary>
    /// Waits until an answer no longer says that something is being made. Each look takes a turn behind the steps that make it; what other
    /// threads do of them may take longer on a machine that is busy.
    /// </summary>
    public async Task WaitAsync(string describe, string request)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(start) < Patience; i++)
        {
            string reply = await CallAsync(describe, request);
            if (!reply.Contains("\"CREATING\"", StringComparison.Ordinal) && !reply.Contains("\"IN_PROGRESS\"", StringComparison.Ordinal))
            {
                return;
            }

            await CallAsync("UntagResource", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/absent','TagKeys':['a']}");
            if (i > TurnsWithoutAPause)
            {
                await Task.Delay(1);
            }
        }

        Assert.Fail("It is never ready: " + request);
    }

    private async Task RunRestoreAsync(string operation, string request, string table)
    {
        string reply = await CallAsync(operation, request);
        Assert.That(reply, Does.Contain("\"RestoreInProgress\":true").And.Contain("\"TableStatus\":\"CREATING\""));
        await WaitAsync("DescribeTable", $"{{'TableName':'{table}'}}");
    }
}
