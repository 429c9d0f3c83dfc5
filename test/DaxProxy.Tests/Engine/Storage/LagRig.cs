using System.Text.Json.Nodes;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>
/// An engine with lag, in a folder and with a clock of its own. Table <c>Log</c> has the key <c>p</c>, <c>s</c>, a global index
/// <c>Global</c> by <c>g</c> and a local one <c>Local</c> by <c>v</c>; items are (p=x, s, g=x, v).
/// </summary>
internal sealed class LagRig : IDisposable
{
    private static readonly string[] TableReads = ["GetItem", "BatchGetItem", "Query", "Scan", "Local"];

    private readonly bool ownsFolder;

    public LagRig(double replicaLag = 0, double indexLag = 0, int seed = 7, string? folder = null, TimeProvider? time = null)
    {
        ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("daxproxy").FullName;
        Engine = new EngineRig(
            new EngineOptions
            {
                DataFolder = Folder,
                SynchronizeEveryCommit = false,
                ReplicaLag = TimeSpan.FromSeconds(replicaLag),
                IndexLag = TimeSpan.FromSeconds(indexLag),
                LagSeed = seed,
            },
            time ?? Time);
    }

    /// <summary>Every way to read an item of the table that is not consistent.</summary>
    public static IReadOnlyList<string> Reads => TableReads;

    public string Folder { get; }

    public ManualTime Time { get; } = new();

    public EngineRig Engine { get; }

    public async Task<LagRig> CreateTableAsync(string name = "Log")
    {
        Assert.That(
            await Engine.CallAsync("CreateTable", $$"""
                {"TableName":"{{name}}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],
                 "AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"S"},
                    {"AttributeName":"g","AttributeType":"S"},{"AttributeName":"v","AttributeType":"N"}],
                 "GlobalSecondaryIndexes":[{"IndexName":"Global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"} }],
                 "LocalSecondaryIndexes":[{"IndexName":"Local","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"v","KeyType":"RANGE"}],
                    "Projection":{"ProjectionType":"KEYS_ONLY"} }] }
                """),
            Does.Contain("CREATING"));
        return this;
    }

    public static string Item(string sort, long version) =>
        $"{{'p':{{'S':'x'}},'s':{{'S':'{sort}'}},'g':{{'S':'x'}},'v':{{'N':'{version}'}}}}";

    public async Task PutAsync(long version, string sort = "a", string table = "Log") =>
        Assert.That(await Engine.CallAsync("PutItem", $"{{'TableName':'{table}','Item':{Item(sort, version)}}}"), Is.EqualTo("{}"));

    /// <summary>
    /// The versions that a read of the items of the table shows, in the order of the answer; GetItem reads the item <c>a</c>.
    /// </summary>
    public async Task<IReadOnlyList<long>> ReadAsync(string how, bool isConsistent = false)
    {
        string consistent = isConsistent ? ",'ConsistentRead':true" : "";
        const string Key = "{'p':{'S':'x'},'s':{'S':'a'}}", Other = "{'p':{'S':'x'},'s':{'S':'b'}}";
        const string Where = "'ExpressionAttributeValues':{':x':{'S':'x'}},'KeyConditionExpression'";
        string reply = how switch
        {
            "GetItem" => await Engine.CallAsync("GetItem", $"{{'TableName':'Log','Key':{Key}{consistent}}}"),
            "BatchGetItem" => await Engine.CallAsync(
                "BatchGetItem", $"{{'RequestItems':{{'Log':{{'Keys':[{Key},{Other}]{consistent}}}}}}}"),
            "Query" => await Engine.CallAsync("Query", $"{{'TableName':'Log',{Where}:'p=:x'{consistent}}}"),
            "Local" => await Engine.CallAsync(
                "Query", $"{{'TableName':'Log','IndexName':'Local','Select':'ALL_ATTRIBUTES',{Where}:'p=:x'{consistent}}}"),
            "Global" => await Engine.CallAsync("Query", $"{{'TableName':'Log','IndexName':'Global',{Where}:'g=:x'{consistent}}}"),
            _ => await Engine.CallAsync("Scan", $"{{'TableName':'Log'{consistent}}}"),
        };
        JsonNode answer = JsonNode.Parse(reply)!;
        Assert.That(answer["__type"], Is.Null, reply);
        IEnumerable<JsonNode?> items = how switch
        {
            "GetItem" => answer["Item"] is { } item ? new[] { item } : [],
            "BatchGetItem" => answer["Responses"]!["Log"]!.AsArray(),
            _ => answer["Items"]!.AsArray(),
        };
        return [.. items.Select(item => long.Parse(item!["v"]!["N"]!.GetValue<string>()))];
    }

    /// <summary>The different answers that many reads at one moment give, joined, in order.</summary>
    public async Task<string> SeenAsync(string how, bool isConsistent = false)
    {
        SortedSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < 30; i++)
        {
            seen.Add(string.Join(',', await ReadAsync(how, isConsistent)));
        }

        return string.Join('|', seen);
    }

    public void Dispose()
    {
        Engine.Dispose();
        if (ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
