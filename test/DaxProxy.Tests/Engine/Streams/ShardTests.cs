using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Streams;

/// <summary>Shards, iterators, and how they end.</summary>
public sealed class ShardTests
{
    [Test]
    public async Task Shards_OfOneStream_KeepTheOrderOfEachItem()
    {
        using StreamRig rig = new(shards: 4);
        await rig.CreateAsync();
        for (int n = 1; n <= 5; n++)
        {
            for (int key = 0; key < 20; key++)
            {
                await rig.PutAsync($"k{key}", n);
            }
        }

        HashSet<string> seen = [];
        foreach (JsonNode? shard in await rig.ShardsAsync())
        {
            JsonNode page = await rig.GetRecordsAsync(await rig.IteratorAsync(shard!));
            foreach (IGrouping<string, JsonNode?> item in page["Records"]!.AsArray()
                .GroupBy(record => (string)record!["dynamodb"]!["Keys"]!["pk"]!["S"]!))
            {
                Assert.That(seen.Add(item.Key), "an item in two shards");
                Assert.That(
                    item.Select(record => (string)record!["dynamodb"]!["NewImage"]!["n"]!["N"]!),
                    Is.EqualTo(new[] { "1", "2", "3", "4", "5" }));
            }
        }

        Assert.That(seen, Has.Count.EqualTo(20));
        Assert.That(await rig.ShardsAsync(), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Shard_AfterItsLifetime_GoesOnInAChild()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.PutAsync("a", 1);
        rig.Time.Advance(seconds: 4 * 3600);
        await rig.PutAsync("a", 2);

        JsonArray shards = await rig.ShardsAsync();
        string parent = (string)shards[0]!["ShardId"]!, child = (string)shards[1]!["ShardId"]!;
        Assert.That(parent, Has.Length.EqualTo(37).And.LessThan(child).Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That((string?)shards[1]!["ParentShardId"], Is.EqualTo(parent));
        Assert.That(
            (string)shards[0]!["SequenceNumberRange"]!["EndingSequenceNumber"]!,
            Is.LessThan((string)shards[1]!["SequenceNumberRange"]!["StartingSequenceNumber"]!).Using(
                (IComparer<string>)StringComparer.Ordinal));

        JsonNode first = await rig.GetRecordsAsync(await rig.IteratorAsync(shards[0]!));
        JsonNode second = await rig.GetRecordsAsync(await rig.IteratorAsync(shards[1]!));
        Assert.That((first["Records"]!.AsArray().Count, first["NextShardIterator"]), Is.EqualTo((1, (JsonNode?)null)));
        Assert.That(second["Records"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That(second["NextShardIterator"], Is.Not.Null);

        JsonNode children = await rig.JsonAsync("DescribeStream",
            $"{{'StreamArn':'{rig.Arn}','ShardFilter':{{'Type':'CHILD_SHARDS','ShardId':'{parent}'}}}}");
        Assert.That(
            children["StreamDescription"]!["Shards"]!.AsArray().Select(shard => (string)shard!["ShardId"]!), Is.EqualTo(new[] { child }));
    }

    [Test]
    public async Task Iterator_OfEachType_BeginsWhereItSays()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.PutAsync("a", 1);
        await rig.PutAsync("a", 2);
        JsonNode shard = (await rig.ShardsAsync())[0]!;
        string number = (string)(await rig.RecordsAsync())[0]["dynamodb"]!["SequenceNumber"]!;
        string latest = await rig.IteratorAsync(shard, "LATEST");
        string[] iterators =
        [
            await rig.IteratorAsync(shard), await rig.IteratorAsync(shard, "AT_SEQUENCE_NUMBER", number),
            await rig.IteratorAsync(shard, "AFTER_SEQUENCE_NUMBER", number), latest,
        ];
        await rig.PutAsync("a", 3);
        Assert.That(
            await Task.WhenAll(iterators.Select(async iterator => (await rig.GetRecordsAsync(iterator))["Records"]!.AsArray().Count)),
            Is.EqualTo(new[] { 3, 3, 2, 1 }));
    }

    [Test]
    public async Task GetRecords_InPages_ReadsEachRecordOnceAndWaitsAtTheEnd()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        for (int n = 0; n < 7; n++)
        {
            await rig.PutAsync($"k{n}", n);
        }

        string? next = await rig.IteratorAsync((await rig.ShardsAsync())[0]!);
        List<int> counts = [];
        HashSet<string> ids = [];
        for (int i = 0; i < 5; i++)
        {
            JsonNode page = await rig.GetRecordsAsync(next!, limit: 3);
            counts.Add(page["Records"]!.AsArray().Count);
            ids.UnionWith(page["Records"]!.AsArray().Select(record => (string)record!["eventID"]!));
            next = (string?)page["NextShardIterator"];
        }

        Assert.That(counts, Is.EqualTo(new[] { 3, 3, 1, 0, 0 }));
        Assert.That((ids.Count, next), Is.EqualTo((7, next!)));
    }

    [Test]
    public async Task GetRecords_OfLargeItems_EndsAPageAtOneMegabyte()
    {
        using StreamRig rig = new();
        await rig.CreateAsync("NEW_IMAGE");
        string big = new('x', 350_000);
        for (int n = 0; n < 5; n++)
        {
            await rig.Engine.CallAsync("PutItem", $"{{'TableName':'Orders','Item':{{'pk':{{'S':'k{n}'}},'v':{{'S':'{big}'}}}}}}");
        }

        JsonNode page = await rig.GetRecordsAsync(await rig.IteratorAsync((await rig.ShardsAsync())[0]!));
        Assert.That(page["Records"]!.AsArray(), Has.Count.EqualTo(2));
        page = await rig.GetRecordsAsync((string)page["NextShardIterator"]!);
        Assert.That(page["Records"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Iterator_AfterFifteenMinutes_HasExpired()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        string iterator = await rig.IteratorAsync((await rig.ShardsAsync())[0]!);
        rig.Time.Advance(seconds: 900);
        Assert.That((await rig.GetRecordsAsync(iterator))["Records"], Is.Not.Null);
        rig.Time.Advance(seconds: 1);
        JsonNode error = await rig.GetRecordsAsync(iterator);
        Assert.That((string?)error["__type"], Does.EndWith("#ExpiredIteratorException"));
        Assert.That((string?)error["message"], Is.EqualTo(
            "Iterator expired. The iterator was created at time Tue Jan 01 00:00:00 UTC 2030 while right now it is Tue Jan 01 00:15:01 UTC 2030 "
            + "which is further in the future than the tolerated delay of 900000 milliseconds."));
    }

    [Test]
    public async Task Records_AfterADay_AreTrimmed()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.PutAsync("a", 1);
        string old = (string)(await rig.RecordsAsync())[0]["dynamodb"]!["SequenceNumber"]!;
        rig.Time.Advance(seconds: 3600);
        await rig.PutAsync("a", 2);
        JsonNode shard = (await rig.ShardsAsync())[0]!;
        rig.Time.Advance(seconds: (23 * 3600) - 10);
        string before = await rig.IteratorAsync(shard, "AT_SEQUENCE_NUMBER", old);
        rig.Time.Advance(seconds: 20);
        await rig.Engine.Backend.Trimmer.TrimAsync(CancellationToken.None);

        Assert.That(await rig.RecordsAsync(), Has.Count.EqualTo(1));
        Assert.That((string?)(await rig.GetRecordsAsync(before))["__type"], Does.EndWith("#TrimmedDataAccessException"));
        Assert.That(await rig.IteratorAsync(shard, "AT_SEQUENCE_NUMBER", old), Does.Contain("#TrimmedDataAccessException"));
        Assert.That(await rig.IteratorAsync(shard, "AFTER_SEQUENCE_NUMBER", old), Does.StartWith("arn:"));
    }

    [TestCase("{'ShardIterator':'x'}", "Invalid ShardIterator")]
    [TestCase("{'ShardIterator':'arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/1|1|AAAA'}", "Invalid ShardIterator")]
    [TestCase(
        "{'ShardIterator':'x','Limit':1001}",
        "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000")]
    [TestCase(
        "{'ShardIterator':'x','Limit':0}",
        "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [TestCase("{}", "Value null at 'shardIterator' failed to satisfy constraint: Member must not be null")]
    public async Task GetRecords_BadRequest_IsRefused(string request, string text)
    {
        using StreamRig rig = new();
        Assert.That(await rig.Engine.CallAsync("GetRecords", request), Does.Contain("#ValidationException").And.Contain(text));
    }

    [TestCase("'ShardIteratorType':'AT_SEQUENCE_NUMBER'", "ValidationException")]
    [TestCase("'ShardIteratorType':'LATEST','SequenceNumber':'100000000000000000001'", "ValidationException")]
    [TestCase("'ShardIteratorType':'AT_SEQUENCE_NUMBER','SequenceNumber':'199999999999999999999'", "ValidationException")]
    [TestCase("'ShardIteratorType':'AT_SEQUENCE_NUMBER','SequenceNumber':'100000000000000000000'", "TrimmedDataAccessException")]
    [TestCase("'ShardIteratorType':'NEWEST'", "ValidationException")]
    public async Task GetShardIterator_BadRequest_IsRefused(string members, string error)
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        string shard = (string)(await rig.ShardsAsync())[0]!["ShardId"]!;
        Assert.That(
            await rig.Engine.CallAsync("GetShardIterator", $"{{'StreamArn':'{rig.Arn}','ShardId':'{shard}',{members}}}"),
            Does.Contain("#" + error));
        Assert.That(
            await rig.Engine.CallAsync(
                "GetShardIterator", $"{{'StreamArn':'{rig.Arn}','ShardId':'{shard}0','ShardIteratorType':'LATEST'}}"),
            Does.Contain("#ResourceNotFoundException"));
    }
}
