using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Streams;

/// <summary>Streams from their making to the day after their end.</summary>
public sealed class StreamLifeTests
{
    [Test]
    public async Task CreateTable_WithAStream_NamesItAtOnce()
    {
        using StreamRig rig = new();
        await rig.CreateAsync("KEYS_ONLY");
        Assert.That(rig.Arn, Is.EqualTo("arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2030-01-01T00:00:00.000"));
        JsonNode table = (await rig.JsonAsync("DescribeTable", "{'TableName':'Orders'}"))["Table"]!;
        Assert.That((string?)table["LatestStreamLabel"], Is.EqualTo("2030-01-01T00:00:00.000"));
        Assert.That(table["StreamSpecification"]!.ToJsonString(), Is.EqualTo("""{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}"""));

        JsonNode stream = (await rig.JsonAsync("DescribeStream", $"{{'StreamArn':'{rig.Arn}'}}"))["StreamDescription"]!;
        stream["Shards"] = null;
        Assert.That(stream.ToJsonString(), Is.EqualTo(
            $$"""{"StreamArn":"{{rig.Arn}}","TableName":"Orders","StreamLabel":"2030-01-01T00:00:00.000","StreamStatus":"ENABLED","StreamViewType":"KEYS_ONLY","CreationRequestDateTime":1893456000,"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Shards":null}"""));
    }

    [TestCase("{'StreamEnabled':true}", "Table is being created with a stream enabled, UpdateViewType is required")]
    [TestCase(
        "{'StreamEnabled':false,'StreamViewType':'NEW_IMAGE'}",
        "Table is being created with a stream disabled, UpdateViewType should not be specified")]
    [TestCase("{'StreamEnabled':true,'StreamViewType':'ALL'}", "Member must satisfy enum value set: [")]
    public async Task CreateTable_WithABadSpecification_IsRefused(string specification, string text)
    {
        using StreamRig rig = new();
        Assert.That(
            await rig.Engine.CallAsync("CreateTable", "{'TableName':'Orders','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':"
                + "[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
                + $"'StreamSpecification':{specification}}}"),
            Does.Contain("#ValidationException").And.Contain(text));
    }

    [Test]
    public async Task UpdateTable_OffAndOnAgain_GivesAnotherStreamAndKeepsTheOldForADay()
    {
        using StreamRig rig = new();
        await rig.CreateAsync("KEYS_ONLY");
        string old = rig.Arn;
        await rig.PutAsync("a", 1);
        Assert.That(
            (await rig.SwitchAsync("NEW_IMAGE")).ToJsonString(), Does.Contain("Table already has an enabled stream: TableName: Orders"));
        await rig.SwitchAsync(null);
        await rig.PutAsync("a", 2);
        Assert.That((await rig.SwitchAsync(null)).ToJsonString(), Does.Contain("Table has no stream to disable: TableName: Orders"));
        JsonNode table = (await rig.JsonAsync("DescribeTable", "{'TableName':'Orders'}"))["Table"]!;
        Assert.That(((string?)table["LatestStreamArn"], table["StreamSpecification"]), Is.EqualTo((old, (JsonNode?)null)));

        JsonNode shard = (await rig.ShardsAsync())[0]!;
        JsonNode page = await rig.GetRecordsAsync(await rig.IteratorAsync(shard));
        Assert.That((page["Records"]!.AsArray().Count, page["NextShardIterator"]), Is.EqualTo((1, (JsonNode?)null)));

        await rig.SwitchAsync("NEW_IMAGE");
        Assert.That(rig.Arn, Is.Not.EqualTo(old));
        await rig.PutAsync("a", 3);
        Assert.That(await rig.RecordsAsync(), Has.Count.EqualTo(1));
        Assert.That((await rig.JsonAsync("ListStreams", "{'TableName':'Orders'}"))["Streams"]!.AsArray(), Has.Count.EqualTo(2));

        rig.Time.Advance(seconds: 24 * 3600);
        await rig.Engine.Backend.Trimmer.TrimAsync(CancellationToken.None);
        Assert.That(
            await rig.Engine.CallAsync("DescribeStream", $"{{'StreamArn':'{old}'}}"),
            Does.Contain($"Requested resource not found: Stream: {old} not found"));
        Assert.That((await rig.JsonAsync("ListStreams", "{}"))["Streams"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task DeleteTable_LeavesTheStreamReadable()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.PutAsync("a", 1);
        await rig.JsonAsync("DeleteTable", "{'TableName':'Orders'}");
        JsonNode stream = await rig.JsonAsync("DescribeStream", $"{{'StreamArn':'{rig.Arn}'}}");
        Assert.That((string?)stream["StreamDescription"]!["StreamStatus"], Is.EqualTo("DISABLED"));
        Assert.That(await rig.RecordsAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Stream_AfterARestart_GoesOn()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy").FullName;
        try
        {
            string arn;
            using (StreamRig first = new(folder: folder))
            {
                await first.CreateAsync();
                await first.PutAsync("a", 1);
                arn = first.Arn;
            }

            using StreamRig second = new(folder: folder);
            await second.PutAsync("a", 2);
            Assert.That(
                await second.Engine.CallAsync("ListStreams", "{}"),
                Is.EqualTo($$"""{"Streams":[{"StreamArn":"{{arn}}","TableName":"Orders","StreamLabel":"2030-01-01T00:00:00.000"}]}"""));
            JsonNode stream = await second.JsonAsync("DescribeStream", $"{{'StreamArn':'{arn}'}}");
            string shard = (string)stream["StreamDescription"]!["Shards"]![0]!["ShardId"]!;
            JsonNode iterator = await second.JsonAsync("GetShardIterator",
                $"{{'StreamArn':'{arn}','ShardId':'{shard}','ShardIteratorType':'TRIM_HORIZON'}}");
            JsonNode page = await second.GetRecordsAsync((string)iterator["ShardIterator"]!);
            Assert.That(
                page["Records"]!.AsArray().Select(record => (string)record!["eventName"]!), Is.EqualTo(new[] { "INSERT", "MODIFY" }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Stream_WithAStatusDelay_GoesThroughItsStatuses()
    {
        using StreamRig rig = new(statusDelay: TimeSpan.FromSeconds(5));
        await rig.CreateAsync();
        Assert.That(await StatusAsync(rig), Is.EqualTo("ENABLING"));
        rig.Time.Advance(seconds: 5);
        Assert.That(await StatusAsync(rig), Is.EqualTo("ENABLED"));
        await rig.SwitchAsync(null);
        Assert.That(await StatusAsync(rig), Is.EqualTo("DISABLING"));
        rig.Time.Advance(seconds: 5);
        Assert.That(await StatusAsync(rig), Is.EqualTo("DISABLED"));
    }

    [Test]
    public async Task DescribeStream_InPages_GivesEachShardOnce()
    {
        using StreamRig rig = new(shards: 5);
        await rig.CreateAsync();
        List<string> seen = [];
        string start = "";
        do
        {
            JsonNode page = (await rig.JsonAsync("DescribeStream", $"{{'StreamArn':'{rig.Arn}','Limit':2{start}}}"))["StreamDescription"]!;
            seen.AddRange(page["Shards"]!.AsArray().Select(shard => (string)shard!["ShardId"]!));
            start = page["LastEvaluatedShardId"] is { } last ? $",'ExclusiveStartShardId':'{last}'" : "";
        }
        while (start.Length > 0);
        Assert.That(seen, Has.Count.EqualTo(5).And.Unique);
    }

    [Test]
    public async Task ListStreams_InPages_GoesOnBehindAStreamThatIsGone()
    {
        using StreamRig rig = new();
        await rig.CreateAsync();
        await rig.SwitchAsync(null);
        await rig.SwitchAsync("NEW_IMAGE");
        JsonNode page = await rig.JsonAsync("ListStreams", "{'Limit':1}");
        string last = (string)page["LastEvaluatedStreamArn"]!;
        rig.Time.Advance(seconds: 24 * 3600);
        await rig.Engine.Backend.Trimmer.TrimAsync(CancellationToken.None);
        page = await rig.JsonAsync("ListStreams", $"{{'ExclusiveStartStreamArn':'{last}'}}");
        Assert.That(page["Streams"]!.AsArray().Select(stream => (string)stream!["StreamArn"]!), Is.EqualTo(new[] { rig.Arn }));
        Assert.That(await rig.Engine.CallAsync("ListStreams", "{'TableName':'Elsewhere'}"), Is.EqualTo("""{"Streams":[]}"""));
        Assert.That(await rig.Engine.CallAsync("ListStreams", "{'Limit':101}"), Does.Contain("#ValidationException"));
    }

    private static async Task<string?> StatusAsync(StreamRig rig) =>
        (string?)(await rig.JsonAsync("DescribeStream", $"{{'StreamArn':'{rig.Arn}'}}"))["StreamDescription"]!["StreamStatus"];
}
