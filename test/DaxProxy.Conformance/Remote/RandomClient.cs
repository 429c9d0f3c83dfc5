using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// One client of a random run: sends one request after another, of every kind that reads or writes items, and keeps what it was told.
/// </summary>
/// <remarks>
/// Every write has a number, which is what reads see of it; a deletion has it in a condition that always holds, or shares the number of a
/// put in the same request. So the number tells at the link which write the backend has done.
/// </remarks>
internal sealed class RandomClient(Wire wire, Random random, Func<long> nextWrite, Func<RandomItem> pick)
{
    /// <summary>Name of the table.</summary>
    public const string Table = "Tab";

    /// <summary>Every item belongs to one group, which is a partition of the index <c>byG</c>.</summary>
    public const int Groups = 40;

    /// <summary>What it read.</summary>
    public List<RandomRead> Reads { get; } = [];

    /// <summary>What it wrote.</summary>
    public List<RandomWrite> Writes { get; } = [];

    /// <summary>Sends one request.</summary>
    public Task StepAsync() => random.Next(100) < 35 ? WriteAsync() : ReadAsync();

    /// <summary>Reads an item, past the cache if wanted.</summary>
    public Task GetAsync(RandomItem item, bool isConsistent) => SendReadAsync(
        "GetItem", $"{{'TableName':'{Table}','Key':{item.Key}{(isConsistent ? ",'ConsistentRead':true" : "")}}}", [item], null, ["Item"]);

    private async Task WriteAsync()
    {
        long number = nextWrite();
        RandomItem one = pick(), other = pick();
        string group = $"g{random.Next(Groups)}", content = $"'v':{{'N':'{number}'}},'g':{{'S':'{group}'}}";
        string put = $"'Item':{{{one.Members},{content}}}", values = $"'ExpressionAttributeValues':{{':v':{{'N':'{number}'}}}}";
        bool isPair = one != other;
        (string operation, string json, RandomChange[] changes) = random.Next(8) switch
        {
            0 or 1 => ("PutItem", $"{{'TableName':'{Table}',{put}}}", [new(one, group)]),
            2 => ("PutItem", $"{{'TableName':'{Table}',{put},'ConditionExpression':'attribute_not_exists(v)'}}", [new(one, group)]),
            3 => ("UpdateItem", $"{{'TableName':'{Table}','Key':{one.Key},'UpdateExpression':'SET v = :v, g = :g',"
                + $"'ExpressionAttributeValues':{{':v':{{'N':'{number}'}},':g':{{'S':'{group}'}}}}}}", [new(one, group)]),
            4 => ("DeleteItem",
                $"{{'TableName':'{Table}','Key':{one.Key},'ConditionExpression':'attribute_not_exists(v) OR v <> :v',{values}}}", [new(
                    one,
                    null)]),
            5 when isPair =>
                ("BatchWriteItem",
                    $"{{'RequestItems':{{'{Table}':[{{'PutRequest':{{{put}}}}},{{'DeleteRequest':{{'Key':{other.Key}}}}}]}}}}",
                    [new(one, group), new(other, null)]),
            6 when isPair => ("TransactWriteItems", $"{{'TransactItems':[{{'Put':{{'TableName':'{Table}',{put}}}}},"
                + $"{{'Delete':{{'TableName':'{Table}','Key':{other.Key}}}}}]}}", [new(one, group), new(other, null)]),
            _ => ("BatchWriteItem", $"{{'RequestItems':{{'{Table}':[{{'PutRequest':{{{put}}}}}]}}}}", (RandomChange[])[new(one, group)]),
        };
        long from = Stopwatch.GetTimestamp();
        WireReply reply = await wire.SendAsync(operation, json);
        Writes.Add(new RandomWrite(number, operation, changes, from, Stopwatch.GetTimestamp(), reply.Status, reply.Text));
    }

    private async Task ReadAsync()
    {
        RandomItem item = pick(), other = pick();
        string group = $"g{random.Next(Groups)}";
        IReadOnlyList<RandomItem> pair = item == other ? [item] : [item, other];
        string keys = string.Join(',', pair.Select(each => each.Key));
        await (random.Next(10) switch
        {
            < 5 => GetAsync(item, isConsistent: false),
            5 => GetAsync(item, isConsistent: true),
            6 => SendReadAsync("BatchGetItem", $"{{'RequestItems':{{'{Table}':{{'Keys':[{keys}]}}}}}}", pair, null, ["Responses", Table]),
            7 => SendReadAsync(
                "TransactGetItems",
                $"{{'TransactItems':[{string.Join(',', pair.Select(each => $"{{'Get':{{'TableName':'{Table}','Key':{each.Key}}}}}"))}]}}",
                pair, null, ["Responses"]),
            8 => SendReadAsync(
                "Query",
                $"{{'TableName':'{Table}','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{{':p':{{'S':'{item.Partition}'}}}}}}",
                item.Siblings, null, ["Items"]),
            _ => SendReadAsync(
                "Query",
                $"{{'TableName':'{Table}','IndexName':'byG','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{{':g':{{'S':'{group}'}}}}}}",
                RandomItem.All, group, ["Items"]),
        });
    }

    private async Task SendReadAsync(string operation, string json, IReadOnlyList<RandomItem> asked, string? group, string[] path)
    {
        long from = Stopwatch.GetTimestamp();
        WireReply reply = await wire.SendAsync(operation, json);
        long to = Stopwatch.GetTimestamp();
        bool isHit = reply.CacheStatus?.Contains("; hit", StringComparison.Ordinal) ?? false;
        Dictionary<(string, string), long> seen = [];
        if (reply.Status == 200)
        {
            JsonNode? node = path.Aggregate((JsonNode?)reply.Body, static (node, step) => node?[step]);
            foreach (JsonNode item in node is JsonArray items ? items.OfType<JsonNode>() : node is null ? [] : [node])
            {
                JsonNode attributes = item["Item"] ?? item;
                if (attributes["p"] is not null)
                {
                    seen[((string)attributes["p"]!["S"]!, (string)attributes["s"]!["N"]!)] =
                        long.Parse((string)attributes["v"]!["N"]!, CultureInfo.InvariantCulture);
                }
            }
        }

        // Of what was not processed, nothing is said.
        HashSet<(string, string)> left =
        [
            .. reply.Status == 200 && reply.Body["UnprocessedKeys"]?[Table]?["Keys"] is JsonArray keys
                ? keys.Select(key => ((string)key!["p"]!["S"]!, (string)key["s"]!["N"]!))
                : [],
        ];
        RandomItem[] answered = [.. asked.Where(item => !left.Contains((item.Partition, item.Sort)))];
        Reads.Add(new RandomRead($"{operation} {reply.CacheStatus}", from, to, reply.Status, isHit, seen, answered, group));
    }
}
