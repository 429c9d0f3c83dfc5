using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Engine.Buckets;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>An engine with a bucket.</summary>
internal sealed class TransferRig : IDisposable
{
    private readonly EngineRig rig;

    public TransferRig(string? dataFolder = null, TimeProvider? time = null, BucketFolder? buckets = null)
    {
        Buckets = buckets ?? new BucketFolder();
        rig = new EngineRig(
            new EngineOptions { DataFolder = dataFolder, SynchronizeEveryCommit = false, Buckets = Buckets.Store, StreamShards = 1 },
            time ?? TimeProvider.System);
    }

    public BucketFolder Buckets { get; }

    public EngineRig Engine => rig;

    /// <summary>Whether the folder of buckets outlives the engine.</summary>
    public bool KeepsBuckets { get; init; }

    public void Dispose()
    {
        rig.Dispose();
        if (!KeepsBuckets)
        {
            Buckets.Dispose();
        }
    }

    public Task<string> CallAsync(string operation, string json) => rig.CallAsync(operation, json);

    /// <summary>Starts something and gives its resource name.</summary>
    public async Task<string> StartAsync(string operation, string json)
    {
        JsonNode reply = await ReadAsync(operation, json);
        return (string?)reply["BulkOperationArn"] ?? (string?)reply["ImportArn"] ?? (string?)reply["ExportArn"]
            ?? throw new InvalidOperationException(reply.ToJsonString());
    }

    /// <summary>The one structure of an answer.</summary>
    public async Task<JsonNode> ReadAsync(string operation, string json)
    {
        JsonObject reply = JsonNode.Parse(await CallAsync(operation, json))!.AsObject();
        Assert.That(reply, Has.Count.EqualTo(1), reply.ToJsonString());
        return reply.First().Value!;
    }

    /// <summary>Waits until something has ended, and describes it.</summary>
    public async Task<JsonNode> EndAsync(string arn)
    {
        while (true)
        {
            JsonNode description = await DescribeAsync(arn);
            if (description["EndTime"] is not null)
            {
                return description;
            }

            // A turn of the writer's queue.
            await CallAsync("CancelBulkOperation", "{'BulkOperationArn':'arn:aws:dynamodb:us-east-1:000000000000:table/none'}");
        }
    }

    public Task<JsonNode> DescribeAsync(string arn) =>
        arn.Contains("/bulk-operation/", StringComparison.Ordinal) ? ReadAsync("DescribeBulkOperation", $"{{'BulkOperationArn':'{arn}'}}")
        : arn.Contains("/import/", StringComparison.Ordinal) ? ReadAsync("DescribeImport", $"{{'ImportArn':'{arn}'}}")
        : ReadAsync("DescribeExport", $"{{'ExportArn':'{arn}'}}");

    /// <summary>Everything in a table, ordered by its text.</summary>
    public async Task<List<string>> ScanAsync(string table)
    {
        JsonNode reply = JsonNode.Parse(await CallAsync("Scan", $"{{'TableName':'{table}'}}"))!;
        Assert.That(reply["Items"], Is.Not.Null, reply.ToJsonString());
        return [.. reply["Items"]!.AsArray().Select(Sorted).Order(StringComparer.Ordinal)];
    }

    private static string Sorted(JsonNode? item) => new JsonObject(
        item!.AsObject().OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value?.DeepClone())))
        .ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
