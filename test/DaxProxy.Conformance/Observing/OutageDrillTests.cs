using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaxProxy.Conformance.Remote;
using DaxProxy.Tests;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary>
/// The drill of docs/operations/failures.md: a backend that is stopped under load. What the proxy says at each step is what the page
/// promises. <c>DAXPROXY_DRILL_SECONDS</c> makes the outage longer.
/// </summary>
[Parallelizable]
public sealed partial class OutageDrillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static TimeSpan Outage =>
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("DAXPROXY_DRILL_SECONDS") ?? "2", CultureInfo.InvariantCulture));

    [Test]
    public async Task Outage_OfTheBackendUnderLoad_IsToldAsThePageSays()
    {
        using ServerProcess engine = await ServerProcess.StartAsync(["--in-memory"], []);
        FaultyLink link = new(engine.EndPoint) { Remembers = false };
        IPEndPoint at = IPEndPoint.Parse(link.EndPoint.Authority);
        using ServerProcess proxy = await ServerProcess.StartAsync(
            ["--backend", "dynamodb", "--region", "us-east-1", "--endpoint", link.EndPoint.AbsoluteUri],
            new()
            {
                ["AWS_ACCESS_KEY_ID"] = "proxy",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["DAXPROXY__Backend__DataFolder"] = Directory.CreateTempSubdirectory("daxproxy-drill-").FullName,
            });
        using Wire direct = new(engine.EndPoint);
        await direct.SendAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        await direct.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'same'}}}");
        using Load load = new(proxy);
        await load.UntilAsync(() => load.Hits > 0 && load.Answers > 10);
        Assert.That(await StateAsync(proxy), Is.EqualTo("before: live 200, ready 200, backend 200, up 1, outages 0, in one False"));
        Assert.That(Warnings(proxy), Is.Empty);

        // 1. It is stopped.
        await link.DisposeAsync();
        long stoppedAt = Stopwatch.GetTimestamp();
        await UntilAsync(async () => await StatusAsync(proxy, "health/backend") == 503);
        long hits = load.Hits;
        await load.UntilAsync(() => load.Hits > hits + 20 && load.Failures > 50 && Stopwatch.GetElapsedTime(stoppedAt) > Outage);
        Assert.That(await StateAsync(proxy), Is.EqualTo("before: live 200, ready 200, backend 503, up 0, outages 1, in one True".Replace("before", "during")));
        Exposition during = await Expositions.AskAsync(proxy.AdminEndPoint);
        Assert.That(during.SumOf("daxproxy_requests_total", "outcome=\"failure\""), Is.GreaterThan(50));
        Assert.That(during.ValueOf("daxproxy_backend_broken"), Is.Positive);
        Assert.That(during.SumOf("daxproxy_backend_refusals_total", "reason=\"broken\""), Is.Positive);
        Assert.That(Warnings(proxy), Has.Length.EqualTo(1), string.Join('\n', Warnings(proxy)));
        Assert.That(Warnings(proxy)[0], Does.Contain("warn: DaxProxy[6] The backend gave no answer to "));
        Assert.That(load.HitFailures, Is.Zero, "what is cached is answered all the while");

        // 2. It is there again.
        await using FaultyLink back = new(engine.EndPoint, at) { Remembers = false };
        await UntilAsync(async () => await StatusAsync(proxy, "health/backend") == 200);
        long answers = load.Answers;
        await load.UntilAsync(() => load.Answers > answers + 10);
        await UntilAsync(async () => (await StateAsync(proxy)).EndsWith("in one False", StringComparison.Ordinal));
        Assert.That(await StateAsync(proxy), Is.EqualTo("after: live 200, ready 200, backend 200, up 1, outages 1, in one False"));
        await UntilAsync(() => Task.FromResult(Warnings(proxy).Length > 1));
        Assert.That(Warnings(proxy), Has.Length.EqualTo(2), string.Join('\n', Warnings(proxy)));
        Match end = Ended().Match(Warnings(proxy)[1]);
        Assert.That(end.Success, Warnings(proxy)[1]);
        Assert.That(double.Parse(end.Groups[1].Value, CultureInfo.InvariantCulture), Is.GreaterThan(0.5 * Outage.TotalSeconds));
        Assert.That((await Expositions.AskAsync(proxy.AdminEndPoint)).ValueOf("daxproxy_backend_broken"), Is.Zero);
        Assert.That((await StatisticsAsync(proxy))["recentLog"]!.AsArray(), Has.Count.EqualTo(2), "the dashboard shows the same two lines");
        TestContext.Out.WriteLine($"{load.Hits} hits, {load.Answers} answers of the backend, {load.Failures} failures; {Warnings(proxy)[1]}");
    }

    [Test]
    public void Page_OfTheDrill_NamesWhatIsLookedAt()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations", "failures.md"));
        string drill = page[page.IndexOf("## A drill", StringComparison.Ordinal)..];
        foreach (string name in new[]
        {
            "/health/live", "/health/ready", "/health/backend", "`outageSince`", "`outages`", "`daxproxy_backend_up`", "`daxproxy_backend_broken`",
            "`daxproxy_requests_total", "`daxproxy_backend_refusals_total", "event 6", "event 93", "DAXPROXY_DRILL_SECONDS",
        })
        {
            Assert.That(drill, Does.Contain(name));
        }
    }

    private static string[] Warnings(ServerProcess proxy) => [.. proxy.Output.Where(line => line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal))];

    /// <summary>What all of them say at one moment; what is between may change while they are asked.</summary>
    private static async Task<string> StateAsync(ServerProcess proxy)
    {
        Exposition metrics = await Expositions.AskAsync(proxy.AdminEndPoint);
        JsonNode backend = (await StatisticsAsync(proxy))["backend"]!;
        double? up = metrics.ValueOf("daxproxy_backend_up");
        string when = (long)backend["outages"]! == 0 ? "before" : up == 0 ? "during" : "after";
        return $"{when}: live {await StatusAsync(proxy, "health/live")}, ready {await StatusAsync(proxy, "health/ready")}, backend {await StatusAsync(proxy, "health/backend")}, "
            + $"up {up}, outages {metrics.ValueOf("daxproxy_backend_outages_total")}, in one {backend["outageSince"] is not null}";
    }

    private static async Task<JsonNode> StatisticsAsync(ServerProcess proxy)
    {
        using HttpClient client = new();
        return JsonNode.Parse(await client.GetStringAsync(new Uri(proxy.AdminEndPoint, "api/stats")))!;
    }

    private static async Task<int> StatusAsync(ServerProcess proxy, string path)
    {
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.GetAsync(new Uri(proxy.AdminEndPoint, path));
        return (int)answer.StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> holdsAsync)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await holdsAsync())
        {
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience));
            await Task.Delay(50);
        }
    }

    [GeneratedRegex(@"warn: DaxProxy\[93\] The outage of the backend has ended: it lasted ([0-9.]+) seconds, in which [0-9]+ calls failed")]
    private static partial Regex Ended();

    /// <summary>Clients that read one item again and again, and clients that read one after another.</summary>
    private sealed class Load : IDisposable
    {
        private readonly Wire wire;
        private readonly CancellationTokenSource stop = new();
        private readonly Task[] clients;
        private long hits;
        private long hitFailures;
        private long answers;
        private long failures;

        public Load(ServerProcess proxy)
        {
            wire = new Wire(proxy.EndPoint);
            clients = [ReadAsync(isSame: true), .. Enumerable.Range(0, 4).Select(_ => ReadAsync(isSame: false))];
        }

        public long Hits => Volatile.Read(ref hits);

        public long HitFailures => Volatile.Read(ref hitFailures);

        public long Answers => Volatile.Read(ref answers);

        public long Failures => Volatile.Read(ref failures);

        public Task UntilAsync(Func<bool> holds) => OutageDrillTests.UntilAsync(() => Task.FromResult(holds()));

        public void Dispose()
        {
            stop.Cancel();
            Task.WaitAll(clients);
            wire.Dispose();
            stop.Dispose();
        }

        private async Task ReadAsync(bool isSame)
        {
            for (int number = 0; !stop.IsCancellationRequested; number++)
            {
                string key = isSame ? "same" : $"{Guid.NewGuid():N}";
                WireReply reply = await wire.SendAsync("GetItem", $"{{'TableName':'Tab','Key':{{'k':{{'S':'{key}'}}}}}}");
                if (isSame)
                {
                    Interlocked.Increment(ref reply.Status != 200 ? ref hitFailures : ref hits);
                }
                else
                {
                    Interlocked.Increment(ref reply.Status == 200 ? ref answers : ref failures);
                }

                await Task.Delay(2);
            }
        }
    }
}
