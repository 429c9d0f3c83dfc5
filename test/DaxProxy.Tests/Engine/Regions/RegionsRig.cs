using System.Text.Json.Nodes;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Engine;
using DaxProxy.Engine.Regions;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>Engines of several regions, without caches: nothing goes from one to another before the test says so.</summary>
internal sealed class RegionsRig : IDisposable
{
    public const string Virginia = "us-east-1", Ireland = "eu-west-1", Tokyo = "ap-northeast-1";

    private readonly Dictionary<string, IDynamoBackend> backends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LocalBackend> engines = new(StringComparer.Ordinal);

    public RegionsRig(StillTime? time = null, string? folder = null)
    {
        Time = time ?? new StillTime();
        Tables = new GlobalTables(Time);
        foreach (string region in All)
        {
            LocalBackend engine = new(
                new EngineOptions
                {
                    DataFolder = folder is null ? null : Path.Combine(folder, region),
                    SynchronizeEveryCommit = false,
                    StreamShards = 1,
                    StreamShardLifetime = TimeSpan.FromDays(36500),
                    Region = region,
                    HasOtherRegions = true,
                },
                ValidationProfile.October2026,
                Time);
            engines.Add(region, engine);
            backends.Add(region, Tables.Add(engine.RegionStore!, engine));
        }

        Tables.Start(backends);
    }

    public static IReadOnlyList<string> All { get; } = [Virginia, Ireland, Tokyo];

    public StillTime Time { get; }

    public GlobalTables Tables { get; }

    public LocalBackend Engine(string region) => engines[region];

    public Task<JsonNode> CallAsync(string region, string operation, string json) => JsonCall.RunAsync(backends[region], operation, json);

    /// <summary>A table with a partition key and an index on <c>g</c>.</summary>
    public Task<JsonNode> CreateAsync(string region, string table, string more = "") => CallAsync(
        region,
        "CreateTable",
        $"{{'TableName':'{table}','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{{'AttributeName':'pk','AttributeType':'S'}},"
        + "{'AttributeName':'g','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        + $"'Projection':{{'ProjectionType':'ALL'}}}}]{more}}}");

    public Task<JsonNode> ReplicateAsync(string region, string table, string to, string action = "Create") => CallAsync(
        region, "UpdateTable", $"{{'TableName':'{table}','ReplicaUpdates':[{{'{action}':{{'RegionName':'{to}'}}}}]}}");

    public Task<JsonNode> PutAsync(string region, string table, string key, string value) => CallAsync(
        region, "PutItem", $"{{'TableName':'{table}','Item':{{'pk':{{'S':'{key}'}},'v':{{'S':'{value}'}}}}}}");

    /// <summary>The value of an item; null for none.</summary>
    public async Task<string?> GetAsync(string region, string table, string key) => (string?)(await CallAsync(
        region, "GetItem", $"{{'TableName':'{table}','Key':{{'pk':{{'S':'{key}'}}}},'ConsistentRead':true}}"))["Item"]?["v"]?["S"];

    public async Task<JsonNode> DescribeAsync(string region, string table) =>
        await CallAsync(region, "DescribeTable", $"{{'TableName':'{table}'}}") is var answer && answer["Table"] is { } described
            ? described
            : throw new InvalidOperationException($"{region}: {answer.ToJsonString()}");

    public Task PumpAsync() => Tables.PumpAsync(CancellationToken.None);

    public void Dispose()
    {
        Tables.Dispose();
        foreach (LocalBackend engine in engines.Values)
        {
            engine.Dispose();
        }
    }
}
