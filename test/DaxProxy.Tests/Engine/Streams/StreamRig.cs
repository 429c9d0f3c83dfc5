using System.Text.Json.Nodes;
using DaxProxy.Tests.Caching;

namespace DaxProxy.Tests.Engine.Streams;

/// <summary>The engine with a table <c>Orders</c> that has a stream, and a reader of that stream.</summary>
internal sealed class StreamRig : IDisposable
{
    private const string Keys =
        "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]";

    public StreamRig(int shards = 1, string? folder = null, TimeSpan statusDelay = default) =>
        Engine = new EngineRig(folder, Time, statusDelay, shards);

    public ManualTime Time { get; } = new();

    public EngineRig Engine { get; }

    /// <summary>Resource name of the latest stream.</summary>
    public string Arn { get; private set; } = "";

    public void Dispose() => Engine.Dispose();

    public async Task CreateAsync(string viewType = "NEW_AND_OLD_IMAGES")
    {
        JsonNode reply = await JsonAsync("CreateTable", $"{{'TableName':'Orders','BillingMode':'PAY_PER_REQUEST',{Keys},"
            + $"'StreamSpecification':{{'StreamEnabled':true,'StreamViewType':'{viewType}'}}}}");
        Arn = (string)reply["TableDescription"]!["LatestStreamArn"]!;
    }

    /// <summary>Switches the stream on (to a view type) or off (null); the answer.</summary>
    public async Task<JsonNode> SwitchAsync(string? viewType)
    {
        string specification = viewType is null ? "{'StreamEnabled':false}" : $"{{'StreamEnabled':true,'StreamViewType':'{viewType}'}}";
        JsonNode reply = await JsonAsync("UpdateTable", $"{{'TableName':'Orders','StreamSpecification':{specification}}}");
        Arn = (string?)reply["TableDescription"]?["LatestStreamArn"] ?? Arn;
        return reply;
    }

    public async Task<JsonNode> JsonAsync(string operation, string json) => JsonNode.Parse(await Engine.CallAsync(operation, json))!;

    public Task<string> PutAsync(string key, int n) =>
        Engine.CallAsync("PutItem", $"{{'TableName':'Orders','Item':{{'pk':{{'S':'{key}'}},'n':{{'N':'{n}'}}}}}}");

    public Task<string> DeleteAsync(string key) =>
        Engine.CallAsync("DeleteItem", $"{{'TableName':'Orders','Key':{{'pk':{{'S':'{key}'}}}}}}");

    public async Task<JsonArray> ShardsAsync() =>
        (await JsonAsync("DescribeStream", $"{{'StreamArn':'{Arn}'}}"))["StreamDescription"]!["Shards"]!.AsArray();

    public async Task<string> IteratorAsync(JsonNode shard, string type = "TRIM_HORIZON", string? number = null)
    {
        string at = number is null ? "" : $",'SequenceNumber':'{number}'";
        JsonNode reply = await JsonAsync("GetShardIterator",
            $"{{'StreamArn':'{Arn}','ShardId':'{shard["ShardId"]}','ShardIteratorType':'{type}'{at}}}");
        return (string?)reply["ShardIterator"] ?? reply.ToJsonString();
    }

    public Task<JsonNode> GetRecordsAsync(string iterator, int limit = 1000) =>
        JsonAsync("GetRecords", $"{{'ShardIterator':'{iterator}','Limit':{limit}}}");

    /// <summary>Every record of the stream, shard by shard.</summary>
    public async Task<List<JsonNode>> RecordsAsync()
    {
        List<JsonNode> records = [];
        foreach (JsonNode? shard in await ShardsAsync())
        {
            JsonNode page = await GetRecordsAsync(await IteratorAsync(shard!));
            records.AddRange(page["Records"]!.AsArray()!);
        }

        return records;
    }
}
