using System.Text.Json.Nodes;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Engine.Regions;
using DaxProxy.Options;
using DaxProxy.Tests.Engine.Regions;
using NUnit.Framework;

namespace DaxProxy.Tests.Backends;

/// <summary>The caches of a region while writes arrive from another one.</summary>
public sealed class RegionCacheTests
{
    private const string Table = "Shared", Virginia = "us-east-1", Ireland = "eu-west-1";

    private StillTime time = null!;
    private BackendStack stack = null!;

    private GlobalTables Tables => stack.Regions!.Tables;

    [SetUp]
    public async Task StartAsync()
    {
        time = new StillTime();
        stack = BackendStack.Create(
            new ProxyOptions { Backend = new BackendOptions { InMemory = true, Regions = $"{Virginia}, {Ireland}" } }, time);
        JsonNode answer = await CallAsync(
            Virginia,
            "CreateTable",
            $"{{'TableName':'{Table}','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{{'AttributeName':'pk','AttributeType':'S'}},"
            + "{'AttributeName':'sk','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
            + "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
            + "'Projection':{'ProjectionType':'ALL'}}]}");
        Assert.That(answer["TableDescription"], Is.Not.Null, answer.ToJsonString());
    }

    [TearDown]
    public void Stop() => stack.Dispose();

    [Test]
    public async Task CachedRead_IsNeverOlderThanAWriteThatHasArrived([Range(1, 40)] int seed)
    {
        await ReplicateAsync();
        Random random = new(seed);
        Dictionary<(string Region, string Key), string?> state = [];
        for (int step = 1; step <= 60; step++)
        {
            time.Now += TimeSpan.FromMicroseconds(1);
            string writer = Any(random), key = $"k{random.Next(4)}", value = $"{step}";
            bool isWrite = true;
            if (random.Next(4) == 0)
            {
                // To delete what is not there is no write.
                isWrite = await DeleteAsync(writer, key);
                state[(writer, key)] = null;
            }
            else
            {
                await PutAsync(writer, key, value, random);
                state[(writer, key)] = value;
            }

            // Reads of both regions while it is under way, some of which fetch and fill.
            Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => ReadSomeAsync(random.Next()))];
            bool arrives = random.Next(3) > 0;
            if (arrives)
            {
                await Tables.PumpAsync(CancellationToken.None);
                Assert.That(Tables.Statuses.Sum(status => status.Pending), Is.Zero);
            }

            await Task.WhenAll(readers);
            foreach (string region in (string[])[Virginia, Ireland])
            {
                await DemandCachesAgreeWithTheirStoreAsync(region, $"seed {seed}, step {step}");
            }

            if (isWrite)
            {
                Assert.That(await GetAsync(writer, key), Is.EqualTo(state[(writer, key)]), $"seed {seed}, step {step}: its own write");
            }

            if (isWrite && arrives)
            {
                string other = writer == Virginia ? Ireland : Virginia;
                Assert.That(
                    await GetAsync(other, key), Is.EqualTo(state[(writer, key)]), $"seed {seed}, step {step}: arrived from {writer}");
            }
        }

        Assert.That(Hits(Virginia), Is.GreaterThan(50));
        Assert.That(Hits(Ireland), Is.GreaterThan(50));
    }

    [Test]
    public async Task TablesOfOneName_ShareNothingThatIsCached()
    {
        await CallAsync(
            Ireland,
            "CreateTable",
            $"{{'TableName':'{Table}','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{{'AttributeName':'pk','AttributeType':'S'}},"
            + "{'AttributeName':'sk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
            + "{'AttributeName':'sk','KeyType':'RANGE'}]}");
        await PutAsync(Virginia, "k", "of virginia", new Random(1));
        for (int round = 0; round < 3; round++)
        {
            Assert.That(await GetAsync(Virginia, "k"), Is.EqualTo("of virginia"));
            Assert.That(await GetAsync(Ireland, "k"), Is.Null);
            Assert.That(await QueryAsync(Ireland, false), Is.Empty);
            Assert.That(await QueryAsync(Virginia, false), Is.Not.Empty);
        }

        await PutAsync(Ireland, "k", "of ireland", new Random(1));
        Assert.That(await GetAsync(Virginia, "k"), Is.EqualTo("of virginia"));
        Assert.That(await GetAsync(Ireland, "k"), Is.EqualTo("of ireland"));
    }

    [Test]
    public async Task ReplicaThatIsMadeAndRemoved_IsNotServedFromWhatTheCachesKnewBefore()
    {
        Assert.That((await CallAsync(Ireland, "GetItem", Key("k")))["__type"], Is.Not.Null, "no table yet");
        await PutAsync(Virginia, "k", "1", new Random(1));
        await ReplicateAsync();
        Assert.That(await GetAsync(Ireland, "k"), Is.EqualTo("1"));
        Assert.That(await GetAsync(Ireland, "k"), Is.EqualTo("1"));
        await CallAsync(Virginia, "UpdateTable", $"{{'TableName':'{Table}','ReplicaUpdates':[{{'Delete':{{'RegionName':'{Ireland}'}}}}]}}");
        Assert.That((await CallAsync(Ireland, "GetItem", Key("k")))["__type"], Is.Not.Null, "the table is gone");
    }

    private static string Any(Random random) => random.Next(2) == 0 ? Virginia : Ireland;

    private static string Key(string key) => $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'p'}},'sk':{{'S':'{key}'}}}}}}";

    private BackendStack StackOf(string region) =>
        region == Virginia ? stack : stack.Regions!.Others.Single(other => other.Name == region).Backends;

    private Task<JsonNode> CallAsync(string region, string operation, string json) =>
        JsonCall.RunAsync(StackOf(region).Outermost, operation, json);

    private async Task ReplicateAsync()
    {
        JsonNode answer = await CallAsync(
            Virginia, "UpdateTable", $"{{'TableName':'{Table}','ReplicaUpdates':[{{'Create':{{'RegionName':'{Ireland}'}}}}]}}");
        Assert.That(answer["TableDescription"], Is.Not.Null, answer.ToJsonString());
        await Tables.PumpAsync(CancellationToken.None);
    }

    private Task<JsonNode> PutAsync(string region, string key, string value, Random random) => CallAsync(
        region,
        "PutItem",
        $"{{'TableName':'{Table}','Item':{{'pk':{{'S':'p'}},'sk':{{'S':'{key}'}},'g':{{'S':'g{random.Next(2)}'}},'v':{{'S':'{value}'}}}}}}");

    private async Task<bool> DeleteAsync(string region, string key) =>
        (await CallAsync(region, "DeleteItem", Key(key)[..^1] + ",'ReturnValues':'ALL_OLD'}"))["Attributes"] is not null;

    private async Task<string?> GetAsync(string region, string key) =>
        (string?)(await CallAsync(region, "GetItem", Key(key)))["Item"]?["v"]?["S"];

    private async Task<string> QueryAsync(string region, bool isConsistent)
    {
        JsonNode page = await CallAsync(
            region,
            "Query",
            $"{{'TableName':'{Table}','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{{':p':{{'S':'p'}}}},"
            + $"'ConsistentRead':{(isConsistent ? "true" : "false")}}}");
        return string.Join(' ', page["Items"]!.AsArray().Select(item => item!.ToJsonString()));
    }

    private async Task<string> QueryIndexAsync(string region, string group, IDynamoBackend backend)
    {
        JsonNode page = await JsonCall.RunAsync(
            backend,
            "Query",
            $"{{'TableName':'{Table}','IndexName':'byG','KeyConditionExpression':'g = :g',"
            + $"'ExpressionAttributeValues':{{':g':{{'S':'{group}'}}}}}}");
        Assert.That(page["Items"], Is.Not.Null, $"{region}: {page.ToJsonString()}");
        return string.Join(' ', page["Items"]!.AsArray().Select(item => item!.ToJsonString()).Order(StringComparer.Ordinal));
    }

    private async Task ReadSomeAsync(int seed)
    {
        await Task.Yield();
        Random random = new(seed);
        for (int read = 0; read < 5; read++)
        {
            string region = Any(random);
            _ = random.Next(3) switch
            {
                0 => await GetAsync(region, $"k{random.Next(4)}"),
                1 => await QueryAsync(region, false),
                _ => await QueryIndexAsync(region, $"g{random.Next(2)}", StackOf(region).Outermost),
            };
        }
    }

    /// <summary>Nothing is being written: what the caches answer is what the region's store holds.</summary>
    private async Task DemandCachesAgreeWithTheirStoreAsync(string region, string when)
    {
        string there = await QueryAsync(region, true);
        Assert.That(await QueryAsync(region, false), Is.EqualTo(there), $"{when}: the page of {region}");
        JsonArray items = JsonNode.Parse("[" + there.Replace("} {", "},{", StringComparison.Ordinal) + "]")!.AsArray();
        for (int number = 0; number < 4; number++)
        {
            string key = $"k{number}";
            string? value = (string?)items.FirstOrDefault(item => (string)item!["sk"]!["S"]! == key)?["v"]?["S"];
            Assert.That(await GetAsync(region, key), Is.EqualTo(value), $"{when}: {key} of {region}");
        }

        foreach (string group in (string[])["g0", "g1"])
        {
            string expected = string.Join(' ', items.Where(item => (string)item!["g"]!["S"]! == group)
                .Select(item => item!.ToJsonString()).Order(StringComparer.Ordinal));
            Assert.That(
                await QueryIndexAsync(region, group, StackOf(region).Outermost), Is.EqualTo(expected), $"{when}: {group} of {region}");
        }
    }

    private long Hits(string region)
    {
        Assert.That(StackOf(region).Catalog.TryGet(Table, out CatalogTable? table), Is.True);
        return table!.Counters.Read().Hits + table.Counters.Queries.Read().Hits;
    }
}
