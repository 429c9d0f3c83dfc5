using System.Globalization;
using System.Text.Json;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Tests.Engine.Proof;

namespace DaxProxy.Tests.Engine.Faults;

/// <summary>
/// A store with everything a write touches: indexes, totals, a stream, times to live, tokens. It remembers what was acknowledged, and can
/// tell whether the store holds that and is consistent in itself.
/// </summary>
internal sealed class FaultStore : IDisposable
{
    private const int Keys = 24;

    private readonly string folder;
    private readonly Dictionary<string, int> acknowledged = [];
    private readonly Random random;
    private readonly Dictionary<string, int?> doubts = [];
    private readonly List<string> doubtfulTokens = [];
    private EngineRig engine;
    private long records;
    private int version;

    private readonly IStoreKey? key;

    private FaultStore(string folder, int seed, IStoreKey? key)
    {
        (this.folder, this.key, random) = (folder, key, new Random(seed));
        engine = Open(folder);
    }

    public EngineRig Engine => engine;

    /// <summary>Writes that were answered with an exception, which a client sees as InternalServerError.</summary>
    public int Failures { get; private set; }

    public static async Task<FaultStore> CreateAsync(string folder, int seed, IStoreKey? key = null)
    {
        FaultStore store = new(folder, seed, key);
        Answer created = new(await store.engine.CallAsync("CreateTable", "{'TableName':'Faulty','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'r','AttributeType':'N'},"
            + "{'AttributeName':'g','AttributeType':'S'},{'AttributeName':'v','AttributeType':'N'}],"
            + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'r','KeyType':'RANGE'}],"
            + "'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'v','KeyType':'RANGE'}],"
            + "'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
            + "'GlobalSecondaryIndexes':[{'IndexName':'global','KeySchema':[{'AttributeName':'g','KeyType':'HASH'},{'AttributeName':'v','KeyType':'RANGE'}],"
            + "'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
            + "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}"));
        created.DemandSuccess();
        await store.engine.CallAsync(
            "UpdateTimeToLive", "{'TableName':'Faulty','TimeToLiveSpecification':{'AttributeName':'e','Enabled':true}}");

        // The engine still has a write of its own to make for that. The writer takes them in turn: what is acknowledged from here on comes
        // after it, so the first failure to come is one of the test's writes.
        await store.BurstAsync();
        return store;
    }

    /// <summary>Sends writes all at once, so that the writer makes groups of them, and waits for all answers.</summary>
    public async Task BurstAsync()
    {
        doubts.Clear();
        List<Task> pending = [];
        HashSet<string> taken = [];
        for (int i = 0; i < 6; i++)
        {
            string[] keys = [.. Enumerable.Range(0, 3).Select(_ => $"k{random.Next(Keys)}").Where(taken.Add)];
            if (keys.Length > 0)
            {
                pending.Add(WriteAsync(random.Next(5), keys, ++version));
            }
        }

        await Task.WhenAll(pending);
    }

    /// <summary>Demands that the store holds exactly what was acknowledged, and that table, indexes, totals and stream agree.</summary>
    public async Task VerifyAsync()
    {
        Dictionary<string, int> found = await ScanAsync(engine, null);
        Answer.Same("items", Text(acknowledged), Text(found));
        foreach (string index in new[] { "local", "global" })
        {
            Answer.Same($"entries of {index}", Text(found), Text(await ScanAsync(engine, index)));
        }

        using JsonDocument described = await ReadAsync("DescribeTable", "{'TableName':'Faulty'}");
        JsonElement description = described.RootElement.GetProperty("Table");
        Answer.Same("count", found.Count, description.GetProperty("ItemCount").GetInt32());
        Answer.Same("count of local", found.Count, description.GetProperty("LocalSecondaryIndexes")[0].GetProperty("ItemCount").GetInt32());
        Answer.Same(
            "count of global", found.Count, description.GetProperty("GlobalSecondaryIndexes")[0].GetProperty("ItemCount").GetInt32());
        Answer.Same("stream records", records, await CountRecordsAsync(description.GetProperty("LatestStreamArn").GetString()!));
        await RepeatDoubtfulAsync();
    }

    /// <summary>Closes the store and opens it again.</summary>
    public void Reopen()
    {
        engine.Dispose();
        engine = Open(folder);
    }

    /// <summary>
    /// Demands of a copy of the files, as a process that is killed now leaves them, what a store must hold: what was acknowledged, each of
    /// the last writes that failed as a whole or not at all, and indexes that agree.
    /// </summary>
    /// <param name="damage">What happens to the copy before it is opened.</param>
    /// <param name="isCut">Whether the end of the log is missing: then any earlier version will do.</param>
    public async Task VerifyAsKilledAsync(Action<string>? damage = null, bool isCut = false)
    {
        string copy = Directory.CreateTempSubdirectory("daxproxy-killed-").FullName;
        try
        {
            foreach (string file in new[] { "daxproxy.db", "daxproxy.db-wal", Envelope.Name }.Where(
                file => File.Exists(Path.Combine(folder, file))))
            {
                File.Copy(Path.Combine(folder, file), Path.Combine(copy, file));
            }

            damage?.Invoke(copy);
            using EngineRig killed = Open(copy);
            Dictionary<string, int> found = await ScanAsync(killed, null);
            foreach (string key in found.Keys.Union(acknowledged.Keys))
            {
                int? value = found.TryGetValue(key, out int number) ? number : null;
                bool isRight = isCut || value == (acknowledged.TryGetValue(key, out int known) ? known : null)
                    || (doubts.TryGetValue(key, out int? doubt) && value == doubt);
                Answer.Demand(isRight, $"after a kill: {key} is {value?.ToString() ?? "gone"}");
            }

            foreach (string index in new[] { "local", "global" })
            {
                Answer.Same($"after a kill: entries of {index}", Text(found), Text(await ScanAsync(killed, index)));
            }
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    public void Dispose() => engine.Dispose();

    private EngineRig Open(string opened) =>
        new(new EngineOptions { DataFolder = opened, StreamShards = 1, EncryptionKey = key }, TimeProvider.System);

    private async Task WriteAsync(int kind, string[] keys, int value)
    {
        Dictionary<string, int?> after = keys.ToDictionary(key => key, key => (int?)value);
        (string verb, string request) = kind switch
        {
            0 => ("PutItem", $"{{'TableName':'Faulty','Item':{Item(keys[0], value)}}}"),
            1 => ("UpdateItem", $"{{'TableName':'Faulty','Key':{Key(keys[0])},'UpdateExpression':'SET v=:v, g=:g REMOVE big',"
                + $"'ExpressionAttributeValues':{{':v':{{'N':'{value}'}},':g':{{'S':'g{value % 3}'}}}}}}"),
            2 => ("DeleteItem", $"{{'TableName':'Faulty','Key':{Key(keys[0])}}}"),
            3 => ("BatchWriteItem",
                $"{{'RequestItems':{{'Faulty':[{string.Join(',', keys.Select(key => $"{{'PutRequest':{{'Item':{Item(key, value)}}}}}"))}]}}}}"),
            _ => ("TransactWriteItems",
                $"{{'ClientRequestToken':'t{value}','TransactItems':[{string.Join(',', keys.Select(key => $"{{'Put':{{'TableName':'Faulty','Item':{Item(key, value)}}}}}"))}]}}"),
        };
        after = kind < 3 ? new() { [keys[0]] = kind == 2 ? null : value } : after;
        try
        {
            string reply = await engine.CallAsync(verb, request);
            Answer.Demand(!reply.Contains("__type", StringComparison.Ordinal), reply);
        }
        catch (Exception exception) when (exception is not ProofException)
        {
            lock (acknowledged)
            {
                Failures++;
                foreach ((string key, int? result) in after)
                {
                    doubts[key] = result;
                }

                if (kind > 3)
                {
                    doubtfulTokens.Add(request);
                }
            }

            return;
        }

        lock (acknowledged)
        {
            foreach ((string key, int? result) in after)
            {
                records += result is null && !acknowledged.ContainsKey(key) ? 0 : 1;
                Set(key, result);
            }
        }
    }

    /// <summary>A transaction that failed must not have left its token: asked again, it happens.</summary>
    private async Task RepeatDoubtfulAsync()
    {
        foreach (string request in doubtfulTokens)
        {
            string reply = await engine.CallAsync("TransactWriteItems", request);
            Answer.Demand(!reply.Contains("__type", StringComparison.Ordinal), reply);
            using JsonDocument sent = JsonDocument.Parse(request.Replace('\'', '"'));
            foreach (JsonElement item in sent.RootElement.GetProperty("TransactItems").EnumerateArray()
                .Select(action => action.GetProperty("Put").GetProperty("Item")))
            {
                int value = int.Parse(item.GetProperty("v").GetProperty("N").GetString()!, CultureInfo.InvariantCulture);
                using JsonDocument stored = await ReadAsync(
                    "GetItem", $"{{'TableName':'Faulty','Key':{Key(KeyOf(item))},'ConsistentRead':true}}");
                Answer.Same("repeated transaction", value, int.Parse(
                    stored.RootElement.GetProperty("Item").GetProperty("v").GetProperty("N").GetString()!, CultureInfo.InvariantCulture));
                Set(KeyOf(item), value);
                records++;
            }
        }

        doubtfulTokens.Clear();
    }

    private async Task<long> CountRecordsAsync(string stream)
    {
        using JsonDocument described = await ReadAsync("DescribeStream", $"{{'StreamArn':'{stream}'}}");
        string shard = described.RootElement.GetProperty("StreamDescription").GetProperty("Shards")[0].GetProperty("ShardId").GetString()!;
        using JsonDocument start = await ReadAsync(
            "GetShardIterator", $"{{'StreamArn':'{stream}','ShardId':'{shard}','ShardIteratorType':'TRIM_HORIZON'}}");
        string? iterator = start.RootElement.GetProperty("ShardIterator").GetString();
        long count = 0;
        while (true)
        {
            using JsonDocument page = await ReadAsync("GetRecords", $"{{'ShardIterator':'{iterator}'}}");
            int read = page.RootElement.GetProperty("Records").GetArrayLength();
            count += read;
            iterator = page.RootElement.GetProperty("NextShardIterator").GetString();
            if (read == 0)
            {
                return count;
            }
        }
    }

    /// <summary>The version of every item; of an index, everything of the items themselves is asked for where that is possible.</summary>
    private static async Task<Dictionary<string, int>> ScanAsync(EngineRig engine, string? index)
    {
        string source = index is null ? "" : $",'IndexName':'{index}'" + (index == "local" ? ",'Select':'ALL_ATTRIBUTES'" : "");
        using JsonDocument reply = JsonDocument.Parse(await engine.CallAsync("Scan", $"{{'TableName':'Faulty'{source}}}"));
        return reply.RootElement.GetProperty("Items").EnumerateArray()
            .ToDictionary(KeyOf, item => int.Parse(item.GetProperty("v").GetProperty("N").GetString()!, CultureInfo.InvariantCulture));
    }

    private async Task<JsonDocument> ReadAsync(string verb, string request) => JsonDocument.Parse(await engine.CallAsync(verb, request));

    private void Set(string key, int? value)
    {
        if (value is { } number)
        {
            acknowledged[key] = number;
        }
        else
        {
            acknowledged.Remove(key);
        }
    }

    private static string KeyOf(JsonElement item) => "k" + item.GetProperty("r").GetProperty("N").GetString();

    private static string Key(string key) =>
        $"{{'p':{{'S':'p{int.Parse(key[1..], CultureInfo.InvariantCulture) % 4}'}},'r':{{'N':'{key[1..]}'}}}}";

    /// <summary>An item large enough for pages of its own, so that the log fills and is checkpointed now and then.</summary>
    private static string Item(string key, int value) =>
        $"{Key(key)[..^1]},'v':{{'N':'{value}'}},'g':{{'S':'g{value % 3}'}},'e':{{'N':'4000000000'}},'big':{{'S':'{new string((char)('a' + (value % 26)), value % 7 * 3000)}'}}}}";

    private static string Text(Dictionary<string, int> items) =>
        string.Join(' ', items.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key}={item.Value}"));
}
