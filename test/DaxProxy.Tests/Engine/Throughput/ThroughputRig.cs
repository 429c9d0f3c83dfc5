using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Throughput;

/// <summary>
/// An engine in memory that enforces throughput, except that of the table <c>Free</c>, behind both caches and PartiQL; its clock stands
/// still.
/// </summary>
internal sealed class ThroughputRig : IDisposable
{
    private readonly LocalBackend engine;
    private readonly BackendStack stack;

    public ThroughputRig(bool isEnforced = true, long maxCollectionBytes = long.MaxValue)
    {
        EngineOptions options = new()
        {
            TimeToLiveInterval = TimeSpan.FromDays(1),
            EnforcesThroughput = isEnforced ? static table => table != "Free" : null,
            MaxCollectionBytes = maxCollectionBytes,
        };
        engine = new LocalBackend(options, ValidationProfile.October2026, Time);
        stack = new BackendStack(engine, new ProxyOptions(), Time);
    }

    public ManualTime Time { get; } = new();

    public LocalBackend Engine => engine;

    /// <summary>A table of key <c>pk</c> with five units a second, or as the members say.</summary>
    public async Task CreateAsync(
        string name = "Tab", string throughput = "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5}",
        string more = "") =>
        Assert.That(
            await CallAsync("CreateTable", $"{{'TableName':'{name}',{throughput},'KeySchema':[{{'AttributeName':'pk','KeyType':'HASH'}}],"
                + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}"
                    + (more.Length > 0 ? ",{'AttributeName':'g','AttributeType':'S'}]," : "]") + more + "}"),
            Does.Contain("TableArn"));

    /// <summary>Asks the engine.</summary>
    public Task<string> CallAsync(string operation, string json) => CallAsync(engine, operation, json);

    /// <summary>Asks through PartiQL and the caches.</summary>
    public Task<string> AskAsync(string operation, string json) => CallAsync(stack.Outermost, operation, json);

    /// <summary>Puts an item that takes so many write units.</summary>
    public Task<string> PutAsync(string key, int units = 1, string table = "Tab", string more = "") =>
        CallAsync("PutItem", $"{{'TableName':'{table}','Item':{ItemOf(key, units, more)}}}");

    /// <summary>Reads an item.</summary>
    public Task<string> GetAsync(string key, string table = "Tab") =>
        CallAsync("GetItem", $"{{'TableName':'{table}','Key':{{'pk':{{'S':'{key}'}}}}}}");

    /// <summary>An item that takes so many write units.</summary>
    public static string ItemOf(string key, int units = 1, string more = "") =>
        $"{{'pk':{{'S':'{key}'}},'pad':{{'S':'{new string('x', (1024 * units) - 100)}'}}{more}}}";

    /// <summary>Name, first reason and its resource of a refusal; only the name where it has no reasons, empty where it is none.</summary>
    public static string Refusal(string reply)
    {
        JsonNode json = JsonNode.Parse(reply)!;
        string name = ((string?)json["__type"])?.Split('#')[1] ?? "";
        JsonNode? reason = (json["ThrottlingReasons"] ?? json["throttlingReasons"])?[0];
        return reason is null ? name : $"{name} {reason["reason"]} {((string)reason["resource"]!).Split("table/")[1]}";
    }

    public void Dispose()
    {
        stack.Dispose();
        engine.Dispose();
    }

    private static async Task<string> CallAsync(IDynamoBackend backend, string operation, string json)
    {
        ArrayBufferWriter<byte> output = new();
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        Reply reply = error is not null ? new ErrorReply(error) : await backend.ExecuteAsync(request!, CancellationToken.None);
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
}
