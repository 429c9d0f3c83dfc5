using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Bench.Transfers;

/// <summary>
/// An engine on a disk, with buckets beside it: an import, an export of what came, an import of that, and a bulk put over it.
/// </summary>
/// <param name="items">How many items.</param>
/// <param name="bytes">Bytes of an item, about.</param>
internal sealed class TransferRun(int items, int bytes) : IDisposable
{
    private const int Objects = 10;
    private const string TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-transfers-");
    private LocalBackend? backend;

    /// <summary>Most memory that this process had, in MB.</summary>
    public static long PeakMegabytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }

    /// <summary>
    /// Most memory of its own that this process was seen to have, in MB: without pages of files, which the system takes back when it needs
    /// them. 0 where the system does not tell it.
    /// </summary>
    public long PeakOwnMegabytes { get; private set; }

    public void Dispose()
    {
        backend?.Dispose();
        folder.Delete(recursive: true);
    }

    public async IAsyncEnumerable<TransferStep> RunAsync()
    {
        WriteObjects();
        backend = new LocalBackend(
            new EngineOptions { DataFolder = Path.Combine(folder.FullName, "data"), Buckets = new FolderBuckets(folder.FullName) },
            ValidationProfile.October2026,
            TimeProvider.System);
        yield return await ImportAsync("import, DynamoDB JSON", "first", "in/", "NONE");
        await CallAsync(
            "UpdateContinuousBackups", "{'TableName':'first','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
        string export = "";
        foreach (string format in new[] { "ION", "DYNAMODB_JSON" })
        {
            export = await StartAsync(
                "ExportTableToPointInTime", $"{{'TableArn':'{TableArn}first','S3Bucket':'bucket','ExportFormat':'{format}'}}");
            yield return await EndAsync("export, " + format, export);
        }

        string data = $"AWSDynamoDB/{export[(export.LastIndexOf('/') + 1)..]}/data/";
        yield return await ImportAsync("import of that, gzip", "second", data, "GZIP");
        yield return await EndAsync("bulk put over it", await StartAsync(
            "StartBulkPutItems",
            "{'TableName':'second','InputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'in/','InputFormat':'DYNAMODB_JSON'},"
            + "'OutputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'out','OutputType':['ERROR']}}"));
    }

    private static long OwnMegabytes()
    {
        const string Status = "/proc/self/status", Member = "RssAnon:";
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Member, StringComparison.Ordinal))
            : null;
        return line is null
            ? 0
            : long.Parse(line[Member.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) >> 10;
    }

    private void WriteObjects()
    {
        DirectoryInfo place = folder.CreateSubdirectory("bucket/in");
        string filler = new('x', Math.Max(bytes - 40, 1));
        for (int part = 0; part < Objects; part++)
        {
            using StreamWriter writer = new(Path.Combine(place.FullName, $"{part}.json"));
            for (int i = part; i < items; i += Objects)
            {
                writer.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"Item\":{{\"pk\":{{\"S\":\"key-{i:d9}\"}},\"number\":{{\"N\":\"{i}\"}},\"text\":{{\"S\":\"{filler}\"}}}}}}\n"));
            }
        }
    }

    private async Task<TransferStep> ImportAsync(string name, string table, string prefix, string compression) => await EndAsync(
        name,
        await StartAsync("ImportTable", $"{{'S3BucketSource':{{'S3Bucket':'bucket','S3KeyPrefix':'{prefix}'}},'InputFormat':'DYNAMODB_JSON',"
            + $"'InputCompressionType':'{compression}','TableCreationParameters':{{'TableName':'{table}','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}}"));

    private async Task<string> StartAsync(string operation, string json)
    {
        JsonObject description = (await CallAsync(operation, json)).First().Value!.AsObject();
        return (string)description.First(member => member.Key.EndsWith("Arn", StringComparison.Ordinal)).Value!;
    }

    private async Task<TransferStep> EndAsync(string name, string arn)
    {
        string verb = arn.Contains("/export/", StringComparison.Ordinal) ? "Export" : arn.Contains("/import/", StringComparison.Ordinal) ? "Import" : "BulkOperation";
        while (true)
        {
            JsonObject state = (await CallAsync("Describe" + verb, $"{{'{verb}Arn':'{arn}'}}")).First().Value!.AsObject();
            if (state["EndTime"] is { } end)
            {
                string status = (string)state[verb + "Status"]!;
                return status == "COMPLETED"
                    ? new TransferStep(
                        name,
                        (long)(state["ItemCount"] ?? state["ImportedItemCount"] ?? state["ProcessedItemCount"])!,
                        (double)end - (double)state["StartTime"]!,
                        Environment.WorkingSet >> 20)
                    : throw new InvalidOperationException(state.ToJsonString());
            }

            PeakOwnMegabytes = Math.Max(PeakOwnMegabytes, OwnMegabytes());
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private async Task<JsonObject> CallAsync(string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        Reply reply = error is null ? await backend!.ExecuteAsync(request!, CancellationToken.None) : new ErrorReply(error);
        if (reply is ErrorReply refusal)
        {
            throw new InvalidOperationException($"{operation}: {refusal.Error.Message}");
        }

        ArrayBufferWriter<byte> output = new();
        JsonReply.Write(request!, reply, output);
        return JsonNode.Parse(Encoding.UTF8.GetString(output.WrittenSpan))!.AsObject();
    }
}
