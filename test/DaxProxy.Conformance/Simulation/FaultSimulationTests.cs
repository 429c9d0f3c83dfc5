using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Conformance.Clients;
using DaxProxy.Conformance.Dax;
using NUnit.Framework;

namespace DaxProxy.Conformance.Simulation;

/// <summary>What clients and the operator see of faults on purpose. The process is the real one.</summary>
[Parallelizable]
internal sealed class FaultSimulationTests
{
    private const string OfTable = "The level of configured provisioned throughput for the table was exceeded. "
        + "Consider increasing your provisioning level with the UpdateTable API.";

    private ServerProcess server = null!;
    private HttpClient admin = null!;
    private AmazonDynamoDBClient client = null!;
    private Wire wire = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await ServerProcess.StartAsync(
            ["--in-memory"], new() { ["DAXPROXY__Simulation__Header"] = "true" });
        admin = new HttpClient { BaseAddress = server.AdminEndPoint };
        client = server.Sdk;
        wire = new Wire(server.EndPoint);
        foreach (string table in (string[])["aaa", "bbb", "things"])
        {
            await client.CreateTableAsync(new TableShape("pk:S").Request(table));
        }
    }

    [OneTimeTearDown]
    public void Stop()
    {
        wire.Dispose();
        admin.Dispose();
        server.Dispose();
    }

    [SetUp]
    public async Task EndAsync() => (await admin.DeleteAsync("/api/simulation")).Dispose();

    [Test]
    public async Task Start_WithFaults_SaysSo_AndTheyAreThere()
    {
        using ServerProcess begun = await ServerProcess.StartAsync(
            ["--in-memory"], new() { ["DAXPROXY__Simulation__Faults"] = "begun/PutItem throttle", ["DAXPROXY__Simulation__Header"] = "true" });
        using HttpClient its = new() { BaseAddress = begun.AdminEndPoint };
        Assert.That(
            () => begun.Output,
            Has.Some.Contains("DaxProxy[100] Requests have faults on purpose").And.Contains("begun/PutItem throttle").After(2000, 20));
        Assert.That(
            () => begun.Output, Has.Some.Contains("DaxProxy[102] Clients may ask for faults on purpose by the header").After(2000, 20));
        Assert.That(await its.GetStringAsync("/health/ready"), Is.EqualTo("ready, but faults are simulated: requests fail on purpose\n"));
        JsonNode told = (await its.GetFromJsonAsync<JsonNode>("/api/simulation"))!;
        Assert.That($"{told["on"]} {told["setBy"]} {told["faults"]} {told["seed"]}", Is.EqualTo("true options begun/PutItem throttle 1"));
        await begun.Sdk.CreateTableAsync(new TableShape("pk:S").Request("begun"));
        ProvisionedThroughputExceededException refused =
            (await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(() => begun.Sdk.PutItemAsync("begun", Item("x"))))!;
        Assert.That(refused.Message, Is.EqualTo(OfTable));
        Assert.That(
            refused.ThrottlingReasons.Select(reason => (reason.Reason, reason.Resource)),
            Is.EqualTo(new[] { ("TableWriteProvisionedThroughputExceeded", "arn:aws:dynamodb:us-east-1:000000000000:table/begun") }));
        Assert.That((await begun.Sdk.GetItemAsync("begun", Item("x"))).IsItemSet, Is.False);
    }

    [TestCase("throttle", "{'TableName':'aaa','Item':{'pk':{'S':'no'}}}", "PutItem", 400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", OfTable)]
    [TestCase("throttle-on-demand", "{'TableName':'aaa','Key':{'pk':{'S':'no'}}}", "GetItem", 400, "com.amazon.coral.availability#ThrottlingException", "Throughput exceeds the current capacity of your table or index.")]
    [TestCase("throttle-account", "{'TableName':'aaa'}", "Scan", 400, "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded", "Throughput exceeds the current throughput limit for your account.")]
    [TestCase("error", "{'TableName':'aaa','Item':{'pk':{'S':'no'}}}", "PutItem", 500, "com.amazonaws.dynamodb.v20120810#InternalServerError", "Internal server error")]
    [TestCase("throttle", "{}", "ListTables", 400, "com.amazon.coral.availability#ThrottlingException", "Rate exceeded")]
    public async Task Header_OfARequest_GivesItTheFault_InDynamoDbsWords_AndItIsNotCarriedOut(
        string fault, string body, string operation, int status, string type, string text)
    {
        WireReply reply = await wire.SendAsync(operation, body, fault);
        Assert.That(reply.Status, Is.EqualTo(status));
        Assert.That($"{reply.Body["__type"]}", Is.EqualTo(type));
        Assert.That(reply.Error, Does.Contain($": {text}"));
        Assert.That(reply.CacheStatus, Is.EqualTo($"DaxProxy; fwd=bypass; detail=simulated-{fault}"));
        Assert.That((await client.GetItemAsync("aaa", Item("no"), consistentRead: true)).IsItemSet, Is.False);
    }

    [Test]
    public async Task Header_ThatCannotBeRead_IsRefused()
    {
        WireReply reply = await wire.SendAsync("ListTables", "{}", "fire");
        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(reply.Error, Does.StartWith("ValidationException: x-daxproxy-simulate: 'fire' is no fault, use throttle"));
    }

    [Test]
    public async Task Header_WithLatency_IsForACachedAnswerToo_WhichSaysBoth()
    {
        await client.PutItemAsync("aaa", Item("cached"));
        await client.GetItemAsync("aaa", Item("cached"));
        WireReply reply = await wire.SendAsync("GetItem", "{'TableName':'aaa','Key':{'pk':{'S':'cached'}}}", "latency=30ms");
        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That(reply.CacheStatus, Does.Match("^DaxProxy; hit; ttl=[0-9]+; detail=simulated-latency$"));
    }

    [Test]
    public async Task LostAnswer_OfAWrite_IsMissing_AndTheWriteIsThere_InTheCachesToo()
    {
        await client.PutItemAsync("aaa", Item("lost", "before"));
        Assert.That((await client.GetItemAsync("aaa", Item("lost"))).Item["v"].S, Is.EqualTo("before"));
        Assert.That((await client.ScanAsync(new ScanRequest("aaa"))).Items.Select(Text), Has.Member("lost before"));
        await Assert.ThrowsAsync<HttpRequestException>(
            () => wire.SendAsync("PutItem", "{'TableName':'aaa','Item':{'pk':{'S':'lost'},'v':{'S':'after'}}}", "lost"));
        GetItemResponse hit = await client.GetItemAsync(new GetItemRequest("aaa", Item("lost")) { ReturnConsumedCapacity = "TOTAL" });
        Assert.That((hit.Item["v"].S, hit.ConsumedCapacity.CapacityUnits), Is.EqualTo(("after", 0)), "from the cache");
        Assert.That((await client.GetItemAsync("aaa", Item("lost"), consistentRead: true)).Item["v"].S, Is.EqualTo("after"));
        Assert.That((await client.ScanAsync(new ScanRequest("aaa"))).Items.Select(Text), Has.Member("lost after"));
    }

    [Test]
    public async Task Transaction_ThatIsThrottled_IsCancelledForItsActionsOnThatTable()
    {
        await SetAsync("bbb/TransactWriteItems throttle");
        TransactionCanceledException refused = (await Assert.ThrowsAsync<TransactionCanceledException>(() => client.TransactWriteItemsAsync(
            new TransactWriteItemsRequest
            {
                TransactItems = [.. new[] { "aaa", "bbb" }.Select(
                    table => new TransactWriteItem { Put = new Put { TableName = table, Item = Item("transaction") } })],
            })))!;
        Assert.That(
            refused.CancellationReasons.Select(reason => (reason.Code, reason.Message)),
            Is.EqualTo(new[] { ("None", null), ("ProvisionedThroughputExceeded", OfTable) }));
        Assert.That((await client.GetItemAsync("aaa", Item("transaction"))).IsItemSet, Is.False);
    }

    [Test]
    public async Task Batches_OfWhichAPartIsUnprocessed_HandItBack_AndDoTheRest()
    {
        await SetAsync("*/* unprocessed=0.5");
        Dictionary<string, List<WriteRequest>> left = new[] { "aaa", "bbb" }.ToDictionary(
            table => table, _ => Enumerable.Range(0, 10).Select(n => new WriteRequest(new PutRequest(Item($"batch-{n}")))).ToList());
        int rounds = 0;
        for (HashSet<string> done = []; left.Count > 0; rounds++)
        {
            int before = left.Values.Sum(table => table.Count);
            BatchWriteItemResponse reply;
            try
            {
                reply = await client.BatchWriteItemAsync(left);
            }
            catch (ProvisionedThroughputExceededException)
            {
                // Nothing was left of it.
                continue;
            }

            foreach ((string table, List<WriteRequest> asked) in left)
            {
                HashSet<string> back =
                    [.. reply.UnprocessedItems?.GetValueOrDefault(table)?.Select(write => write.PutRequest.Item["pk"].S) ?? []];
                foreach (string id in asked.Select(write => write.PutRequest.Item["pk"].S))
                {
                    Assert.That((await client.GetItemAsync(table, Item(id))).IsItemSet, Is.EqualTo(!back.Contains(id)), table + id);
                }
            }

            Assert.That(reply.UnprocessedItems?.Values.Sum(table => table.Count) ?? 0, Is.LessThan(before));
            left = reply.UnprocessedItems ?? [];
        }

        Assert.That(rounds, Is.GreaterThan(1));
        HashSet<string> wanted = [.. Enumerable.Range(0, 10).Select(n => $"batch-{n}")], found = [];
        for (int round = 0; wanted.Count > 0; round++)
        {
            BatchGetItemResponse reply = await client.BatchGetItemAsync(
                new Dictionary<string, KeysAndAttributes> { ["aaa"] = new() { Keys = [.. wanted.Select(id => Item(id))] } });
            List<string> got = [.. reply.Responses["aaa"].Select(item => item["pk"].S)];
            List<string> back = [.. reply.UnprocessedKeys?.GetValueOrDefault("aaa")?.Keys.Select(key => key["pk"].S) ?? []];
            Assert.That(got.Concat(back), Is.EquivalentTo(wanted));
            wanted = [.. back];
            found.UnionWith(got);
            Assert.That(round, Is.LessThan(40));
        }

        Assert.That(found, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task Statements_OfABatch_AreRefusedEachForItself()
    {
        await SetAsync("*/BatchExecuteStatement unprocessed=0.5");
        await client.PutItemAsync("aaa", Item("statement"));
        BatchExecuteStatementRequest request = new()
        {
            Statements = [.. Enumerable.Range(0, 20).Select(_ => new BatchStatementRequest { Statement = "SELECT * FROM aaa WHERE pk='statement'" })],
        };
        BatchExecuteStatementResponse reply = await client.BatchExecuteStatementAsync(request);
        Assert.That(
            reply.Responses.Select(one => one.Error?.Code.Value ?? one.Item["pk"].S).Distinct(),
            Is.EquivalentTo(new[] { "ProvisionedThroughputExceeded", "statement" }));
    }

    [Test]
    public async Task Fates_OfTheSameSeed_AreTheSameAgain_WhateverElseIsAsked()
    {
        string first = await FatesAsync(seed: 5, asksOthers: false), again = await FatesAsync(seed: 5, asksOthers: true);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(first, Does.Contain("0").And.Contain("1"));
        Assert.That(await FatesAsync(seed: 6, asksOthers: false), Is.Not.EqualTo(first));
        JsonNode counts = (await ToldAsync())["requests"]!.AsArray().Single(one => $"{one!["operation"]}" == "PutItem")!;
        Assert.That($"{counts["table"]} {counts["requests"]}", Is.EqualTo("aaa 40"));
    }

    [Test]
    public async Task Hits_HaveFaults_OnlyWhereTheyShall()
    {
        await client.PutItemAsync("bbb", Item("hit"));
        await client.GetItemAsync("bbb", Item("hit"));
        await SetAsync("bbb/GetItem error");
        await client.GetItemAsync("bbb", Item("hit"));
        Assert.That((await wire.SendAsync("GetItem", "{'TableName':'bbb','Key':{'pk':{'S':'hit'}},'ProjectionExpression':'pk'}")).Status, Is.EqualTo(200));
        Assert.That(async () => await client.GetItemAsync("bbb", Item("another")), Throws.InstanceOf<InternalServerErrorException>());
        await SetAsync("bbb/GetItem error", onHits: true);
        Assert.That(async () => await client.GetItemAsync("bbb", Item("hit")), Throws.InstanceOf<InternalServerErrorException>());
        await admin.DeleteAsync(new Uri("/api/simulation", UriKind.Relative));
        Assert.That((await wire.SendAsync("GetItem", "{'TableName':'bbb','Key':{'pk':{'S':'hit'}}}")).CacheStatus, Does.StartWith("DaxProxy; hit"));
    }

    [Test]
    public async Task Admin_TellsAndCounts_AndEndsIt()
    {
        await SetAsync("aaa/Scan throttle", seed: 9);
        Assert.That(async () => await client.ScanAsync(new ScanRequest("aaa")), Throws.InstanceOf<ProvisionedThroughputExceededException>());
        JsonNode told = await ToldAsync();
        Assert.That(
            told.ToJsonString(),
            Is.EqualTo("""{"on":true,"header":true,"setBy":"admin","faults":"aaa/Scan throttle","seed":9,"onHits":false,"requests":[{"table":"aaa","operation":"Scan","requests":1,"throttle":1}]}"""));
        Assert.That(
            await admin.GetStringAsync("/metrics"),
            Does.Match("daxproxy_simulated_faults_total\\{fault=\"throttle\",operation=\"Scan\"\\} [1-9]"));
        JsonNode stats = (await admin.GetFromJsonAsync<JsonNode>("/api/stats"))!["simulation"]!;
        Assert.That((bool)stats["on"]!);
        Assert.That((long)stats["faults"]!["throttle"]!, Is.Positive);
        HttpResponseMessage ended = await admin.DeleteAsync("/api/simulation");
        Assert.That(await ended.Content.ReadAsStringAsync(), Is.EqualTo("""{"on":false,"header":true}"""));
        await client.ScanAsync(new ScanRequest("aaa"));
        Assert.That(await admin.GetStringAsync("/health/ready"), Is.EqualTo("ready\n"));
        Assert.That(() => server.Output, Has.Some.Contains("DaxProxy[101] Requests have no faults on purpose any more").After(2000, 20));
    }

    [TestCase("{\"faults\":\"aaa/Scan\"}", "faults: there is no fault, write some as throttle=0.05 latency=20ms")]
    [TestCase("{\"faults\":\"\"}", "faults: there is no rule, write one as orders/PutItem throttle=0.05, or use DELETE to end them")]
    [TestCase("{}", "the body must hold faults")]
    [TestCase("{\"faults\":\"aaa/Scan error\",\"seed\":\"7\"}", "the body must hold faults")]
    [TestCase("{\"faults\":\"aaa/Scan error\",\"onhits\":true}", "the body must hold faults")]
    [TestCase("[]", "the body must be a JSON object")]
    public async Task Admin_ABodyThatCannotBeRead_IsRefused_AndNothingChanges(string body, string fault)
    {
        await SetAsync("things/Scan error");
        using StringContent content = new(body, null, "application/json");
        using HttpResponseMessage reply = await admin.PutAsync("/api/simulation", content);
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That($"{JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["error"]}", Does.StartWith(fault));
        Assert.That($"{(await ToldAsync())["faults"]}", Is.EqualTo("things/Scan error"));
    }

    [Test]
    public async Task Admin_OtherSitesForwardersAndMethods_AreRefused()
    {
        using HttpRequestMessage form = new(HttpMethod.Put, "/api/simulation") { Content = new StringContent("{\"faults\":\"aaa/Scan error\"}") };
        using HttpRequestMessage page = new(HttpMethod.Delete, "/api/simulation") { Headers = { { "Origin", "http://example.com" } } };
        using HttpRequestMessage passed = new(HttpMethod.Delete, "/api/simulation") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
        using HttpRequestMessage post = new(HttpMethod.Post, "/api/simulation");
        Assert.That((await admin.SendAsync(form)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await admin.SendAsync(page)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await admin.SendAsync(passed)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        HttpResponseMessage wrong = await admin.SendAsync(post);
        Assert.That((wrong.StatusCode, $"{string.Join(',', wrong.Content.Headers.Allow)}"), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "GET,PUT,DELETE")));
    }

    [Test]
    public async Task DaxClient_IsThrottledInItsOwnForm_AndALostAnswerEndsItsConnection_ButTheWriteIsThere()
    {
        await SetAsync("things/PutItem throttle; things/DeleteItem lost");
        using DaxTalk talk = await DaxTalk.ConnectAsync(server.DaxEndPoint!);
        int list = (await talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts("v"))).ReadInt32();
        DaxRefusal refusal = (await Assert.ThrowsAsync<DaxRefusal>(() => talk.CallAsync(DaxTalk.PutItem, cbor =>
        {
            cbor.WriteByteString("things"u8);
            cbor.WriteByteString("dax"u8);
            cbor.WriteByteString(DaxTalk.Items(values =>
            {
                values.WriteInt32(list);
                values.WriteTextString("x");
            }));
            cbor.WriteNull();
        })))!;
        Assert.That(refusal.Message, Is.EqualTo($"ProvisionedThroughputExceededException: {OfTable}"));

        await admin.DeleteAsync("/api/simulation");
        await client.PutItemAsync("things", Item("dax"));
        Assert.That((await client.GetItemAsync("things", Item("dax"))).IsItemSet);
        await SetAsync("things/DeleteItem lost");
        await Assert.ThrowsAsync<EndOfStreamException>(() => talk.CallAsync(DaxTalk.DeleteItem, cbor =>
        {
            cbor.WriteByteString("things"u8);
            cbor.WriteByteString("dax"u8);
            cbor.WriteNull();
        }));
        Assert.That((await client.GetItemAsync("things", Item("dax"))).IsItemSet, Is.False);
    }

    [Test]
    public void Boto3_MeetsFaults()
    {
        string? python = ClientProcess.Python;
        if (python is null)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
        }

        Expect(ClientProcess.Run(
            python!, ClientProcess.RunTime, null, Path.Combine(ClientProcess.Scripts, "boto3_faults.py"), At(server.EndPoint), At(server.AdminEndPoint)));
    }

    [Test]
    [Category("Long")]
    public void AwsCli_MeetsFaults()
    {
        if (!ClientProcess.HasAwsCli)
        {
            Assert.Ignore("There is no AWS CLI here (Debian: awscli).");
        }

        Expect(ClientProcess.Run(
            "bash", ClientProcess.RunTime, null, Path.Combine(ClientProcess.Scripts, "aws_cli_faults.sh"), At(server.EndPoint), At(server.AdminEndPoint)));
    }

    [TestCase("amazon-dax-client")]
    [TestCase("client-dax")]
    [Category("Long")]
    public void DaxClients_MeetFaults(string client)
    {
        (string folder, string? fault) = ClientProcess.InstallPackages(Path.Combine(ClientProcess.Scripts, "dax"), "clients-dax-faults");
        if (fault is not null)
        {
            Assert.Ignore(fault);
        }

        Expect(ClientProcess.Run(
            "node",
            ClientProcess.RunTime,
            folder,
            new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "local", ["AWS_SECRET_ACCESS_KEY"] = "local" },
            "--no-warnings", "simulated.mjs", client, $"dax://{server.DaxEndPoint}", At(server.EndPoint), At(server.AdminEndPoint)));
    }

    private static string At(Uri endPoint) => endPoint.AbsoluteUri.TrimEnd('/');

    private static void Expect((int Code, string Output) result) =>
        Assert.That(result.Output, Does.Contain("all as expected"), "exit code " + result.Code);

    /// <summary>Of requests that a remote backend gets as they were sent, the head of the answer has arrived when it is lost.</summary>
    [Test]
    public async Task RemoteBackend_RequestsThatArePassedOn_HaveFaultsToo()
    {
        using ServerProcess proxy = await ServerProcess.StartAsync(
            ["--backend", "dynamodb", "--region", "us-east-1", "--endpoint", server.EndPoint.AbsoluteUri],
            new()
            {
                ["DAXPROXY__Simulation__Header"] = "true",
                ["AWS_ACCESS_KEY_ID"] = "local",
                ["AWS_SECRET_ACCESS_KEY"] = "local",
            });
        using Wire through = new(proxy.EndPoint);
        const string Create = "{'TableName':'passed','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}";
        WireReply throttled = await through.SendAsync("CreateTable", Create, "throttle");
        Assert.That((throttled.Error, throttled.CacheStatus), Is.EqualTo(("ThrottlingException: Rate exceeded", "DaxProxy; fwd=bypass; detail=simulated-throttle")));
        Assert.That((await client.ListTablesAsync()).TableNames, Has.No.Member("passed"));
        await Assert.ThrowsAsync<HttpRequestException>(() => through.SendAsync("CreateTable", Create, "lost"));
        Assert.That((await client.ListTablesAsync()).TableNames, Has.Member("passed"), "it was carried out");
        WireReply late = await through.SendAsync("ListTables", "{}", "latency=50ms");
        Assert.That((late.Status, late.CacheStatus), Is.EqualTo((200, "DaxProxy; fwd=bypass; detail=simulated-latency")));
        await Assert.ThrowsAsync<HttpRequestException>(
            () => through.SendAsync("PutItem", "{'TableName':'passed','Item':{'pk':{'S':'x'}}}", "lost"));
        WireReply hit = await through.SendAsync("GetItem", "{'TableName':'passed','Key':{'pk':{'S':'x'}}}");
        Assert.That((hit["Item.pk.S"], hit.CacheStatus), Is.EqualTo(("'x'", "DaxProxy; hit; ttl=300")).Or.EqualTo(("'x'", "DaxProxy; hit; ttl=299")));
        Assert.That((await through.SendAsync("ListTables", "{}")).CacheStatus, Is.Null, "the next one has none");
    }

    /// <summary>Which of forty writes of a table are throttled.</summary>
    private async Task<string> FatesAsync(int seed, bool asksOthers)
    {
        await SetAsync("*/* throttle=0.3", seed);
        string fates = "";
        for (int n = 0; n < 40; n++)
        {
            if (asksOthers)
            {
                await wire.SendAsync("PutItem", "{'TableName':'bbb','Item':{'pk':{'S':'x'}}}");
                await wire.SendAsync("GetItem", "{'TableName':'aaa','Key':{'pk':{'S':'nothing'}}}");
                await wire.SendAsync("PutItem", "{'TableName':'aaa','Item':{'pk':{'S':'x'}}}", "throttle=0.5");
            }

            fates += (await wire.SendAsync("PutItem", "{'TableName':'aaa','Item':{'pk':{'S':'x'}}}")).Status == 200 ? "0" : "1";
        }

        return fates;
    }

    private async Task SetAsync(string faults, int seed = 1, bool onHits = false)
    {
        using HttpResponseMessage reply = await admin.PutAsJsonAsync("/api/simulation", new { faults, seed, onHits });
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.OK), await reply.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> ToldAsync() => (await admin.GetFromJsonAsync<JsonNode>("/api/simulation"))!;

    private static string Text(Dictionary<string, AttributeValue> item) => $"{item["pk"].S} {item.GetValueOrDefault("v")?.S}";

    private static Dictionary<string, AttributeValue> Item(string id) => new() { ["pk"] = new(id) };

    private static Dictionary<string, AttributeValue> Item(string id, string value) => new() { ["pk"] = new(id), ["v"] = new(value) };
}
