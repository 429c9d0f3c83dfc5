using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>What <c>/api/explain</c> says is what happens then, and asking changes nothing. The process is the real one.</summary>
public sealed class ForesightTests
{
    private const string Item = "'Key':{'p':{'S':'a'},'s':{'S':'1'}}";
    private const string Query = "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'a'}}";
    private const string Range = "'KeyConditionExpression':'p = :p AND s < :s','ExpressionAttributeValues':{':p':{'S':'a'},':s':{'S':'5'}}";

    private ServerProcess server = null!;
    private HttpClient client = null!;

    private string Table { get; set; } = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await ServerProcess.StartAsync(["--in-memory"], []);
        client = new HttpClient { BaseAddress = server.AdminEndPoint };
    }

    [OneTimeTearDown]
    public void Stop()
    {
        client.Dispose();
        server.Dispose();
    }

    [SetUp]
    public async Task MakeTableAsync()
    {
        Table = $"T{Guid.NewGuid():N}";
        await server.Sdk.CreateTableAsync(new TableShape("p:S s:S").Request(Table));
        await server.Sdk.PutItemAsync(Table, Attributes.Item("{'p':{'S':'a'},'s':{'S':'1'}}"));
        await PostAsync("evict", "{'all':true}");
    }

    [Test]
    public async Task Reads_AreAnsweredAsForetold()
    {
        (string Operation, string Members)[] reads =
        [
            ("GetItem", Item), ("GetItem", Item + ",'ConsistentRead':true"), ("GetItem", "'Key':{'p':{'S':'none'},'s':{'S':'1'}}"),
            ("Query", Query), ("Query", Range), ("Query", Query + ",'ConsistentRead':true"), ("Scan", "'Limit':5"),
        ];
        foreach (string round in (string[])["empty", "filled", "written"])
        {
            if (round == "written")
            {
                await server.Sdk.PutItemAsync(Table, Attributes.Item("{'p':{'S':'a'},'s':{'S':'7'}}"));
            }

            foreach ((string operation, string members) in reads)
            {
                JsonNode told = await ExplainAsync(operation, members);
                string said = await ReadAsync(operation, members);
                Assert.That($"{told["cacheStatus"]}".Split(';')[1], Is.EqualTo(said.Split(';')[1]), $"{round} {operation} {members}");
                Assert.That(
                    Timeless(said), Does.EndWith(Timeless($"{told["cacheStatus"]}").Split("detail=")[1]), $"{round} {operation} {members}");
            }
        }
    }

    [Test]
    public async Task Asking_ChangesNothing()
    {
        await ReadAsync("GetItem", Item);
        await ReadAsync("Query", Query);
        string before = await StatisticsAsync();
        foreach ((string operation, string members) in ((string, string)[])[("GetItem", Item), ("Query", Query), ("Scan", "'Limit':1"), ("Query", Range)])
        {
            _ = await ExplainAsync(operation, members);
        }

        Assert.That(
            (await ExplainAsync("GetItem", Item, "NeverSeen"))["because"]![0]!.GetValue<string>(),
            Is.EqualTo("table not known to the cache"));
        Assert.That(await StatisticsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Entries_TellTheirAgeAndWhatEndsThem()
    {
        await ReadAsync("GetItem", Item);
        await ReadAsync("Query", Query);
        JsonNode item = (await ExplainAsync("GetItem", Item))["entry"]!, page = (await ExplainAsync("Query", Query))["entry"]!;
        Assert.That(((string?)item["kind"], (string?)page["kind"]), Is.EqualTo(("item", "page")));
        foreach (JsonNode entry in (JsonNode[])[item, page])
        {
            Assert.That((double)entry["ageSeconds"]!, Is.GreaterThanOrEqualTo(0).And.LessThan(600));
            Assert.That((double)entry["ageSeconds"]! + (double)entry["leftSeconds"]!, Is.LessThanOrEqualTo(301), "five minutes");
            Assert.That((int)entry["bytes"]!, Is.GreaterThan(100));
        }

        Assert.That($"{item["endedBy"]![0]}", Is.EqualTo("a write of this key"));
        Assert.That($"{page["endedBy"]![0]}", Does.StartWith("a write to its partition of the table"));
    }

    [Test]
    public async Task Batch_TellsOfEachKey()
    {
        await ReadAsync("GetItem", Item);
        JsonNode told = await PostOkAsync("explain", $"{{'target':'BatchGetItem','request':{{'RequestItems':{{'{Table}':{{'Keys':[{{'p':{{'S':'a'}},'s':{{'S':'1'}}}},{{'p':{{'S':'b'}},'s':{{'S':'1'}}}}]}}}}}}}}");
        Assert.That(((string?)told["answer"], $"{told["because"]![0]}"), Is.EqualTo(("partial", "1 of 2 keys known")));
        Assert.That(told["keys"]!.AsArray().Select(key => (string?)key!["answer"]), Is.EqualTo((string[])["hit", "miss"]));
    }

    [Test]
    public async Task Statement_IsExplainedByTheReadsThatItIsMadeOf_InTheWordsOfTheirHeaders()
    {
        const string OfItem = "WHERE p = ? AND s = ?','Parameters':[{'S':'a'},{'S':'1'}]";
        foreach ((string where, string operation, string members) in ((string, string, string)[])
        [
            (OfItem, "GetItem", Item), ("WHERE p = ?','Parameters':[{'S':'a'}]", "Query", Query), ("'", "Scan", "'Select':'ALL_ATTRIBUTES'"),
        ])
        {
            foreach (string answer in (string[])["miss", "hit"])
            {
                JsonNode told = await ExplainStatementAsync($"SELECT * FROM {Table} {where}");
                JsonNode read = told["reads"]!.AsArray().Single()!;
                Assert.That(((string?)told["answer"], (string?)read["operation"], (string?)read["answer"]), Is.EqualTo((answer, operation, answer)), where);
                string said = await ReadAsync(operation, members);
                Assert.That(Timeless(said), Does.EndWith(Timeless($"{read["cacheStatus"]}").Split("detail=")[1]), where);
                Assert.That($"{told["because"]![0]}", Is.EqualTo($"{read["because"]![0]}"));
            }
        }

        JsonNode several = await ExplainStatementAsync($"SELECT * FROM {Table} WHERE p IN (?, ?) AND s = ?','Parameters':[{{'S':'a'}},{{'S':'b'}},{{'S':'1'}}]");
        Assert.That((string?)several["answer"], Is.EqualTo("partial"));
        Assert.That(several["reads"]!.AsArray().Select(read => (string?)read!["answer"]), Is.EqualTo((string[])["hit", "miss"]));
        JsonNode unknown = await ExplainStatementAsync($"SELECT * FROM NeverSeen {OfItem}");
        Assert.That($"{unknown["because"]![0]}", Is.EqualTo("table not known to the cache"));
        JsonNode consistent = await ExplainStatementAsync($"SELECT * FROM {Table} {OfItem},'ConsistentRead':true");
        Assert.That(((string?)consistent["answer"], $"{consistent["because"]![0]}"), Is.EqualTo(("bypass", "consistent read")));
        JsonNode write = await ExplainStatementAsync($"DELETE FROM {Table} {OfItem}");
        Assert.That((string?)write["answer"], Is.EqualTo("bypass"));
        Assert.That(write["reads"], Is.Null);
    }

    [Test]
    public async Task Writes_AreNeverAnsweredFromACache() =>
        Assert.That(
            (string?)(await PostOkAsync("explain", $"{{'target':'DynamoDB_20120810.PutItem','request':{{'TableName':'{Table}','Item':{{'p':{{'S':'a'}},'s':{{'S':'1'}}}}}}}}"))["answer"],
            Is.EqualTo("bypass"));

    [TestCase("{'target':'GetItem'}", "the body must hold target")]
    [TestCase("{'target':1,'request':{}}", "the body must hold target")]
    [TestCase("{'target':'GetItem','request':{},'more':1}", "the body must hold target")]
    [TestCase("{'target':'Nothing','request':{}}", "it would be refused: UnknownOperationException")]
    [TestCase("{'target':'GetItem','request':{'TableName':'x'}}", "it would be refused: ")]
    [TestCase("{'target':'ExecuteStatement','request':{'Statement':'SELEKT'}}", "it would be refused: ")]
    [TestCase("{'target':'BatchExecuteStatement','request':{'Statements':[{'Statement':'SELECT * FROM x'}]}}", "several statements of PartiQL")]
    [TestCase("[]", "the body must be a JSON object")]
    public async Task WhatIsNoRequest_IsRefused(string body, string error)
    {
        (HttpStatusCode status, string answer) = await PostAsync("explain", body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That($"{JsonNode.Parse(answer)!["error"]}", Does.StartWith(error));
    }

    [Test]
    public async Task WebPages_CannotAsk()
    {
        using StringContent form = new("{}", Encoding.UTF8, "text/plain");
        using HttpResponseMessage plain = await client.PostAsync("/api/explain", form);
        Assert.That(plain.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using HttpRequestMessage foreign = new(HttpMethod.Post, "/api/explain") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreign.Headers.Add("Origin", "http://evil.example");
        using HttpResponseMessage refused = await client.SendAsync(foreign);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        using HttpResponseMessage got = await client.GetAsync("/api/explain");
        Assert.That(got.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    /// <summary>The same without figures that pass with time.</summary>
    private static string Timeless(string status) => System.Text.RegularExpressions.Regex.Replace(status, "ttl=\\d+|\\d+ ms", "");

    private async Task<string> ReadAsync(string operation, string members)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, server.EndPoint)
        {
            Content = new StringContent(
                $"{{'TableName':'{Table}',{members}}}".Replace('\'', '"'), Encoding.UTF8, "application/x-amz-json-1.0"),
        };
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.Add("X-Amz-Date", "20260101T000000Z");
        request.Headers.Add("x-daxproxy-explain", "1");
        request.Headers.TryAddWithoutValidation("Authorization", Wire.Authorization);
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(200), await response.Content.ReadAsStringAsync());
        return response.Headers.GetValues("Cache-Status").Single();
    }

    private Task<JsonNode> ExplainAsync(string operation, string members, string? table = null) =>
        PostOkAsync("explain", $"{{'target':'{operation}','request':{{'TableName':'{table ?? Table}',{members}}}}}");

    /// <param name="statement">The statement without its last quotation mark, and what follows it.</param>
    private Task<JsonNode> ExplainStatementAsync(string statement) =>
        PostOkAsync("explain", $"{{'target':'ExecuteStatement','request':{{'Statement':'{statement}{(statement.Contains('\'', StringComparison.Ordinal) ? "" : "'")}}}}}");

    private async Task<JsonNode> PostOkAsync(string path, string body)
    {
        (HttpStatusCode status, string answer) = await PostAsync(path, body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), answer);
        return JsonNode.Parse(answer)!;
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body)
    {
        using StringContent content = new(body.Replace('\'', '"'), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync("/api/" + path, content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> StatisticsAsync()
    {
        JsonNode all = JsonNode.Parse(await client.GetStringAsync("/api/stats"))!;
        return $"{all["operations"]!.ToJsonString()} {all["cache"]!.ToJsonString()} {all["queryCache"]!.ToJsonString()}";
    }
}
