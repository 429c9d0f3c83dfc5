using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine;

/// <summary>The engine behind the JSON wire, without sockets: request text in, reply text out.</summary>
internal sealed class EngineRig : IDisposable
{
    private readonly LocalBackend backend;
    private readonly ValidationProfile profile;

    public EngineRig(
        string? folder = null, TimeProvider? time = null, TimeSpan statusDelay = default, int streamShards = 1, bool isSynchronous = false)
        : this(
            new EngineOptions
            {
                DataFolder = folder,
                SynchronizeEveryCommit = isSynchronous,
                StatusDelay = statusDelay,
                StreamShards = streamShards,
            },
            time ?? TimeProvider.System)
    {
    }

    public EngineRig(EngineOptions options, TimeProvider time, ValidationProfile? profile = null)
    {
        this.profile = profile ?? ValidationProfile.October2026;
        backend = new LocalBackend(options, this.profile, time);
    }

    /// <summary>An engine that answers as a profile says.</summary>
    public EngineRig(ValidationProfile profile)
        : this(new EngineOptions { DataFolder = null, SynchronizeEveryCommit = false }, TimeProvider.System, profile)
    {
    }

    /// <summary>A table with a partition key <c>pk</c> of type S and nothing else.</summary>
    public async Task CreateHashTableAsync(string name) => Assert.That(
        await CallAsync("CreateTable", $"{{'TableName':'{name}','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}"),
        Does.Contain("CREATING"));

    public LocalBackend Backend => backend;

    public void Dispose() => backend.Dispose();

    /// <summary>Answers a request; quotes may be written as apostrophes.</summary>
    public Task<string> CallAsync(string operation, string json) => CallTextAsync(operation, json.Replace('\'', '"'));

    /// <summary>Answers a request as it is written.</summary>
    public async Task<string> CallTextAsync(string operation, string json)
    {
        ArrayBufferWriter<byte> output = new();
        using JsonDocument body = JsonDocument.Parse(json);
        DynamoError? error = JsonRequest.TryRead(TargetOf(operation), body.RootElement, profile, out Operation? request);
        if (error is not null)
        {
            JsonReply.Write(error, output);
            return Encoding.UTF8.GetString(output.WrittenSpan);
        }

        Reply reply = await backend.ExecuteAsync(request!, CancellationToken.None);
        if (reply is ErrorReply refusal)
        {
            JsonReply.Write(refusal.Error, output);
        }
        else
        {
            JsonReply.Write(request!, reply, output);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Answers a request and reads one member of the reply, by a path of member names and positions.</summary>
    public async Task<string?> ReadAsync(string operation, string json, params object[] path)
    {
        string reply = await CallAsync(operation, json);
        JsonNode? node = JsonNode.Parse(reply);
        foreach (object step in path)
        {
            node = step is int position ? node?[position] : node?[(string)step];
        }

        return node?.ToJsonString(
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Waits until an index of a table, which has the key pk, is there and complete.</summary>
    public async Task WaitForIndexAsync(string table, string index)
    {
        // Each call takes a turn of the writer's queue behind the steps that fill the index.
        for (int i = 0; i < 10_000; i++)
        {
            string description = await CallAsync("DescribeTable", $"{{'TableName':'{table}'}}");
            if (description.Contains($"\"{index}\"", StringComparison.Ordinal)
                && !description.Contains("\"CREATING\"", StringComparison.Ordinal))
            {
                return;
            }

            await CallAsync("DeleteItem", $"{{'TableName':'{table}','Key':{{'pk':{{'S':'absent'}}}}}}");
        }

        Assert.Fail("The index is not complete.");
    }

    private static string TargetOf(string operation) =>
        (operation is "ListStreams" or "DescribeStream" or "GetShardIterator" or "GetRecords"
            ? "DynamoDBStreams_20120810."
            : "DynamoDB_20120810.")
        + operation;
}
