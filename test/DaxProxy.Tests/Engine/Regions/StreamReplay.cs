using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>A table as its stream in one region tells of it: what its records, one after another, leave.</summary>
internal sealed class StreamReplay(RegionsRig rig, string region, string table)
{
    private string? last;

    /// <summary>Items by key, as JSON.</summary>
    public Dictionary<string, string> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>How many records there were.</summary>
    public int Records { get; private set; }

    /// <summary>The last of them; null for none.</summary>
    public JsonNode? Last { get; private set; }

    /// <summary>Reads on to the end.</summary>
    public async Task ReadAsync()
    {
        string arn = (string)(await rig.DescribeAsync(region, table))["LatestStreamArn"]!;
        JsonNode stream = await rig.CallAsync(region, "DescribeStream", $"{{'StreamArn':'{arn}'}}");
        if (stream["StreamDescription"]?["Shards"]?.AsArray() is not { Count: 1 })
        {
            throw new InvalidOperationException($"{region}: {stream.ToJsonString()}");
        }

        string shard = (string)stream["StreamDescription"]!["Shards"]![0]!["ShardId"]!;
        string from = last is null ? "'TRIM_HORIZON'" : $"'AFTER_SEQUENCE_NUMBER','SequenceNumber':'{last}'";
        string iterator = (string)(await rig.CallAsync(
            region, "GetShardIterator", $"{{'StreamArn':'{arn}','ShardId':'{shard}','ShardIteratorType':{from}}}"))["ShardIterator"]!;
        JsonArray records;
        do
        {
            JsonNode page = await rig.CallAsync(region, "GetRecords", $"{{'ShardIterator':'{iterator}'}}");
            records = page[nameof(Records)]!.AsArray();
            iterator = (string)page["NextShardIterator"]!;
            foreach (JsonNode? record in records)
            {
                Take(record!);
            }
        }
        while (records.Count > 0);
    }

    private void Take(JsonNode record)
    {
        JsonNode change = record["dynamodb"]!;
        Records++;
        Last = record;
        last = (string)change["SequenceNumber"]!;
        string key = (string)change["Keys"]!["pk"]!["S"]!;
        string? before = change["OldImage"]?.ToJsonString();
        if (before != Items.GetValueOrDefault(key) || ((string)record["eventName"]! == "INSERT") != (before is null))
        {
            throw new InvalidOperationException(
                $"{region}: the record {record.ToJsonString()} follows {Items.GetValueOrDefault(key) ?? "nothing"}");
        }

        if (change["NewImage"]?.ToJsonString() is { } after)
        {
            Items[key] = after;
        }
        else
        {
            Items.Remove(key);
        }
    }
}
