using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DaxProxy.Conformance.Commands;
using DaxProxy.Recording;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Conformance.Report;

/// <summary>The command <c>record</c> against a process that serves, and what <c>report</c> makes of its trace.</summary>
[Parallelizable]
internal sealed class RecordTests
{
    private const string Value = "a-value-that-is-private-to-its-owner";
    private const int Rounds = 30;

    private ServerProcess server = null!;
    private Wire wire = null!;
    private string folder = null!;

    [SetUp]
    public async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("daxproxy-record-").FullName;
        server = await ServerProcess.StartAsync(["--in-memory"], []);
        wire = new Wire(server.EndPoint);
        const string Types = "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'},{'AttributeName':'s','AttributeType':'N'}]";
        await DoneAsync("CreateTable", "{'TableName':'Plain','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        await DoneAsync("CreateTable", $"{{'TableName':'Sorted','BillingMode':'PAY_PER_REQUEST',{Types},"
            + "'KeySchema':[{'AttributeName':'k','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}]}");
    }

    [TearDown]
    public void Stop()
    {
        wire.Dispose();
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Record_Traffic_HasItsMixAndPopularity_AndNoKeyOrValue()
    {
        string path = await RecordAsync(TrafficAsync);
        string text = await File.ReadAllTextAsync(path);
        Assert.That(text, Does.Not.Contain("key-").And.Not.Contain(Value).And.Not.Contain("id-of"));
        Assert.That(text.TrimEnd().Split('\n')[^1], Does.Match("^{\"end\":\"time\",\"lost\":0,\"others\":[1-9][0-9]*}$"), "a refused request is no record");
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        IReadOnlyList<TraceRecord> records = TraceFormat.Read(await File.ReadAllLinesAsync(path));
        Assert.That(
            records.CountBy(record => $"{record.Operation} {record.Table}").OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value}"),
            Is.EqualTo(new[]
            {
                $"BatchGetItem Plain {Rounds}", $"BatchGetItem Sorted {Rounds}", $"BatchWriteItem Sorted {Rounds}", $"DeleteItem Plain {Rounds}",
                $"GetItem Plain {4 * Rounds}", $"PutItem Plain {Rounds}", $"Query Sorted {2 * Rounds}", $"Scan Sorted {Rounds}",
                $"TransactWriteItems Sorted {Rounds}", $"UpdateItem Plain {Rounds}",
            }));

        // Of the four reads of each round one is of the key that all rounds have; one is a statement's.
        int[] popularity =
        [
            .. records.Where(record => record.Operation == "GetItem").CountBy(record => record.Keys[0]).Select(count => count.Value).Order(),
        ];
        Assert.That(popularity[^1], Is.EqualTo(2 * Rounds));
        Assert.That(popularity[..^1], Is.EqualTo(Enumerable.Repeat(2, Rounds)), "each of the others is read and read consistently");
        Assert.That(records.Count(record => record is { Operation: "GetItem", IsHit: true }), Is.GreaterThan(Rounds), "hits too, which are answered from bytes otherwise");
        Assert.That(records.Count(record => record is { Operation: "GetItem", IsConsistent: true }), Is.EqualTo(Rounds));

        // Queries that differ only in how they are written are one page; a partition has the hash that its items have.
        TraceRecord[] queries = [.. records.Where(record => record.Operation == "Query")];
        Assert.That(queries.Select(query => query.Page).Distinct().Count(), Is.EqualTo(1));
        Assert.That(
            records.Where(record => record.Operation == "BatchWriteItem").SelectMany(record => record.Partitions),
            Does.Contain(queries[0].Partitions[0]));
        Assert.That(records.Where(record => record.Operation is "PutItem" or "UpdateItem").Select(record => record.Bytes), Has.All.GreaterThan(30));
        ReplayTrace replay = ReplayTrace.Of("recorded", records, speed: 1, mostWriters: 2);
        Assert.That(replay.Workload.Reads, Is.EqualTo(6 / 16.0).Within(0.001), "four reads and two parts of a batch; three pages; seven writes, each of its own");
        Assert.That(replay.Workload.Updates, Is.EqualTo(7 / 16.0).Within(0.001));
        Assert.That(
            Enumerable.Range(0, replay.Count).Count(number => replay[number].Item == replay[0].Item), Is.GreaterThanOrEqualTo(Rounds));
    }

    [Test]
    public async Task Record_IsOff_AgainAfterwards_AndOneAtATime()
    {
        using HttpClient client = new();
        using HttpRequestMessage first = Request(60);
        using HttpResponseMessage running = await client.SendAsync(first, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(running.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using HttpRequestMessage second = Request(60);
        using HttpResponseMessage refused = await client.SendAsync(second);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        ProgramRun program = await ProgramRun.OfAsync("record", "--proxied-admin", $"{server.AdminEndPoint}", "--out", Path.Combine(folder, "second.trace"));
        Assert.That((program.ExitCode, program.Errors), Is.EqualTo((1, $"--proxied-admin {server.AdminEndPoint}: is being recorded already; try again later")));
        Assert.That(Directory.EnumerateFiles(folder), Is.Empty);

        // The client leaves.
        running.Dispose();
        long start = Stopwatch.GetTimestamp();
        HttpStatusCode status;
        do
        {
            using HttpRequestMessage again = Request(1);
            using HttpResponseMessage answer = await client.SendAsync(again, HttpCompletionOption.ResponseHeadersRead);
            status = answer.StatusCode;
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(30)));
        }
        while (status != HttpStatusCode.OK);
    }

    [Test]
    public async Task Record_SizeIsReached_Ends()
    {
        using HttpClient client = new();
        using HttpRequestMessage request = Request(60, maxBytes: 65536);
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Task<string> text = answer.Content.ReadAsStringAsync();
        while (!text.IsCompleted)
        {
            await wire.SendAsync("GetItem", "{'TableName':'Plain','Key':{'k':{'S':'key-1'}}}");
        }

        Assert.That((await text).Length, Is.InRange(60_000, 66_000));
        Assert.That(await text, Does.Contain("{\"end\":\"size\""));
    }

    [TestCase("{}")]
    [TestCase("{\"seconds\":0,\"maxBytes\":65536}")]
    [TestCase("{\"seconds\":1,\"maxBytes\":1}")]
    [TestCase("{\"seconds\":1,\"maxBytes\":65536,\"keys\":true}")]
    public async Task Record_OtherBodies_AreRefused(string body)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = Request(1);
        request.Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("seconds (1 to 3600) and maxBytes"));
    }

    [Test]
    public async Task Record_WithoutTheSecret_SaysHow_AndWithItRecords()
    {
        string secret = Path.Combine(folder, "secret");
        await File.WriteAllTextAsync(secret, "the-secret-of-the-port\n");
        using ServerProcess guarded = await ServerProcess.StartAsync(["--in-memory"], new() { ["DAXPROXY__Admin__Token"] = secret });
        string[] command = ["record", "--proxied-admin", $"{guarded.AdminEndPoint}", "--seconds", "1", "--out", Path.Combine(folder, "guarded.trace")];
        ProgramRun without = await ProgramRun.OfAsync(command);
        Assert.That((without.ExitCode, without.Errors), Is.EqualTo((1, $"--proxied-admin {guarded.AdminEndPoint}: wants a secret; name the file with it: --token-file")));
        ProgramRun with = await ProgramRun.OfAsync([.. command, "--token-file", secret]);
        Assert.That((with.ExitCode, with.Output), Is.EqualTo((0, $"Recorded 0 requests: {command[^1]}")), with.Errors);
        ProgramRun again = await ProgramRun.OfAsync([.. command, "--token-file", secret]);
        Assert.That(again.ExitCode, Is.EqualTo(2));
        Assert.That(again.Errors, Is.EqualTo($"--out {command[^1]}: is there already; give another name, or --overwrite"));
    }

    [Test]
    [Category("Long")]
    public async Task Report_OfATrace_ReplaysEachRequestByEitherWay()
    {
        string path = await RecordAsync(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await wire.SendAsync("GetItem", $"{{'TableName':'Plain','Key':{{'k':{{'S':'key-{i % 7}'}}}}}}");
                await wire.SendAsync(i % 10 == 0 ? "PutItem" : "Query", i % 10 == 0
                    ? $"{{'TableName':'Sorted','Item':{{'k':{{'S':'key-{i % 3}'}},'s':{{'N':'{i}'}}}}}}"
                    : $"{{'TableName':'Sorted','KeyConditionExpression':'k = :k','ExpressionAttributeValues':{{':k':{{'S':'key-{i % 3}'}}}}}}");
                await Task.Delay(5);
            }
        });

        IReadOnlyList<TraceRecord> records = TraceFormat.Read(File.ReadLines(path));
        long[] sent = [.. new[] { "GetItem", "Query", "PutItem" }.Select(verb => (long)records.Count(record => record.Operation == verb))];
        Assert.That(sent, Is.EqualTo((long[])[200, 180, 20]));
        Assert.That(records, Has.Count.EqualTo(400));
        using ReportProcess report = new(["--demo", "1", "--trace", path, "--connections", "4", "--out", "page.html"]);
        (int exitCode, string output, string error) = await report.EndAsync();
        Assert.That(exitCode, Is.Zero, error);
        using JsonDocument figures = JsonDocument.Parse(report.Read("page.json"));
        Assert.That(figures.RootElement.GetProperty("plan").GetProperty("trace").GetProperty("count").GetInt32(), Is.EqualTo(400));
        foreach (bool isProxied in (bool[])[false, true])
        {
            long[] byKind = [.. figures.RootElement.GetProperty("measurement").GetProperty("rounds").EnumerateArray()
                .Where(round => round.GetProperty("phase").GetString() == "Warm" && round.GetProperty("isProxied").GetBoolean() == isProxied)
                .SelectMany(round => round.GetProperty("latency").EnumerateArray().Index())
                .GroupBy(kind => kind.Index, kind => kind.Item.GetProperty("count").GetInt64())
                .OrderBy(kind => kind.Key)
                .Select(kind => kind.Sum())];
            Assert.That(byKind, Is.EqualTo(sent), $"reads, pages, writes; proxied: {isProxied}; {output}");
        }

        Assert.That(figures.RootElement.GetProperty("figures").GetProperty("wrong").GetInt64(), Is.Zero);
        Assert.That(report.Read("page.html"), Does.Contain("a trace of 400 requests in ").And.Contain("items as often as in the trace"));
    }

    private async Task TrafficAsync()
    {
        for (int i = 0; i < Rounds; i++)
        {
            await DoneAsync("GetItem", "{'TableName':'Plain','Key':{'k':{'S':'key-of-all'}}}");
            await DoneAsync("PutItem", $"{{'TableName':'Plain','Item':{{'k':{{'S':'key-{i}'}},'v':{{'S':'{Value}'}}}}}}");
            await DoneAsync("GetItem", $"{{'TableName':'Plain','Key':{{'k':{{'S':'key-{i}'}}}}}}");
            await DoneAsync("GetItem", $"{{'TableName':'Plain','Key':{{'k':{{'S':'key-{i}'}}}},'ConsistentRead':true}}");
            await DoneAsync("ExecuteStatement", "{'Statement':'SELECT * FROM Plain WHERE k = ?','Parameters':[{'S':'key-of-all'}]}");
            await DoneAsync("UpdateItem", $"{{'TableName':'Plain','Key':{{'k':{{'S':'key-{i}'}}}},'UpdateExpression':'SET w = :w','ExpressionAttributeValues':{{':w':{{'S':'{Value}'}}}}}}");
            await DoneAsync("DeleteItem", $"{{'TableName':'Plain','Key':{{'k':{{'S':'key-{i}'}}}}}}");
            string items = string.Join(',', new[] { 1, 2 }.Select(n => $"{{'PutRequest':{{'Item':{{'k':{{'S':'key-s'}},'s':{{'N':'{n}'}}}}}}}}"));
            await DoneAsync("BatchWriteItem", $"{{'RequestItems':{{'Sorted':[{items}]}}}}");
            await DoneAsync("TransactWriteItems", "{'TransactItems':["
                + string.Join(',', new[] { 1, 2 }.Select(n => $"{{'Put':{{'TableName':'Sorted','Item':{{'k':{{'S':'key-t'}},'s':{{'N':'{n}'}}}}}}}}")) + "]}");
            await DoneAsync("Query", "{'TableName':'Sorted','KeyConditionExpression':'k = :k','ExpressionAttributeValues':{':k':{'S':'key-s'}}}");
            await DoneAsync("Query", "{'TableName':'Sorted','KeyConditionExpression':'#k = :id','ExpressionAttributeNames':{'#k':'k'},"
                + "'ExpressionAttributeValues':{':id':{'S':'key-s'}}}");
            await DoneAsync("Scan", "{'TableName':'Sorted','Limit':3}");
            await DoneAsync("BatchGetItem", "{'RequestItems':{'Plain':{'Keys':[{'k':{'S':'key-of-all'}}]},'Sorted':{'Keys':[{'k':{'S':'key-s'},'s':{'N':'1'}},{'k':{'S':'key-s'},'s':{'N':'2'}}]}}}");
            Assert.That((await wire.SendAsync("GetItem", "{'TableName':'Plain','Key':{'x':{'S':'id-of'}}}")).Status, Is.EqualTo(400));
        }
    }

    private async Task DoneAsync(string operation, string body)
    {
        WireReply reply = await wire.SendAsync(operation, body);
        Assert.That(reply.Status, Is.EqualTo(200), $"{operation}: {reply.Body}");
    }

    /// <summary>
    /// Records all of some traffic; again, and for longer, where the machine was too slow to send it in time. Returns the trace's path.
    /// </summary>
    private async Task<string> RecordAsync(Func<Task> traffic)
    {
        for (int seconds = 8; ; seconds *= 4)
        {
            string path = Path.Combine(folder, $"traffic-{seconds}.trace");
            Task<ProgramRun> recording =
                ProgramRun.OfAsync("record", "--proxied-admin", $"{server.AdminEndPoint}", "--seconds", $"{seconds}", "--out", path);
            while (!File.Exists(path) || new FileInfo(path).Length == 0)
            {
                Assert.That(recording.IsCompleted, Is.False, recording.IsCompleted ? (await recording).Errors : "");
                await Task.Delay(20);
            }

            Task sent = traffic();
            await Task.WhenAny(recording, sent);
            bool isWhole = !recording.IsCompleted;
            await sent;
            ProgramRun ended = await recording;
            Assert.That(ended.ExitCode, Is.Zero, ended.Errors);
            if (isWhole)
            {
                return path;
            }
        }
    }

    private HttpRequestMessage Request(double seconds, long maxBytes = 1 << 20) => new(HttpMethod.Post, new Uri(server.AdminEndPoint, "api/record"))
    {
        Content = new StringContent($$"""{"seconds":{{seconds}},"maxBytes":{{maxBytes}}}""", Encoding.UTF8, "application/json"),
    };
}
