using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaxProxy.Conformance.Remote;
using DaxProxy.Tests;
using Microsoft.Playwright;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary>
/// The drill of docs/operations/failures.md: a backend that is stopped under load. What the proxy says at each step is what the page
/// promises, and what its dashboard shows.
/// </summary>
[Parallelizable]
public sealed partial class OutageDrillTests
{
    private const string Browser = "/usr/bin/chromium";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The way to the backend breaks for a moment.</summary>
    [Test]
    [Category("Long")]
    public async Task Outage_OfTheBackendUnderLoad_IsToldAsThePageSays()
    {
        using ServerProcess engine = await ServerProcess.StartAsync(["--in-memory"], []);
        FaultyLink link = new(engine.EndPoint) { Remembers = false };
        IPEndPoint at = IPEndPoint.Parse(link.EndPoint.Authority);
        await DrillAsync(
            engine,
            link.EndPoint,
            TimeSpan.FromSeconds(2),
            async () => await link.DisposeAsync(),
            () => Task.FromResult<FaultyLink>(new(engine.EndPoint, at) { Remembers = false }),
            (_, _) => Task.CompletedTask);
    }

    /// <summary>The process of the backend is killed, and started again on its data half a minute later. A browser looks on.</summary>
    [Test]
    [Category("Long")]
    public async Task Outage_OfHalfAMinute_AsTheBackendIsKilled_IsToldAsThePageSays()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-drill-").FullName;
        using ServerProcess engine = await ServerProcess.StartAsync(folder);
        ServerProcess? again = null;
        using IPlaywright? playwright = File.Exists(Browser) ? await Playwright.CreateAsync() : null;
        await using IBrowser? browser = playwright is null
            ? null
            : await playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = Browser, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        IPage? page = null;
        try
        {
            await DrillAsync(
                engine,
                engine.EndPoint,
                TimeSpan.FromSeconds(30),
                engine.KillAsync,
                async () =>
                {
                    // What listens at its old address passes on to where it is now.
                    again = await ServerProcess.StartAsync(folder);
                    return new(again.EndPoint, IPEndPoint.Parse(engine.EndPoint.Authority)) { Remembers = false };
                },
                async (proxy, step) =>
                {
                    if (browser is not null)
                    {
                        page ??= await OpenAsync(browser, proxy.AdminEndPoint);
                        await LookAsync(page, step);
                    }
                });
        }
        finally
        {
            again?.Dispose();
        }

        if (browser is null)
        {
            Assert.Warn("Without a browser (Debian: chromium) the dashboard was not looked at.");
        }
    }

    /// <summary>Does the drill.</summary>
    /// <param name="engine">The backend.</param>
    /// <param name="endPoint">Where the proxy finds it.</param>
    /// <param name="outage">How long it is away at least.</param>
    /// <param name="stopAsync">Stops it.</param>
    /// <param name="startAsync">Has it there again; gives what listens in its place.</param>
    /// <param name="lookAsync">Looks at the dashboard: before, during, after.</param>
    private static async Task DrillAsync(
        ServerProcess engine,
        Uri endPoint,
        TimeSpan outage,
        Func<Task> stopAsync,
        Func<Task<FaultyLink>> startAsync,
        Func<ServerProcess, string, Task> lookAsync)
    {
        using ServerProcess proxy = await ServerProcess.StartAsync(
            ["--backend", "dynamodb", "--region", "us-east-1", "--endpoint", endPoint.AbsoluteUri],
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
        await lookAsync(proxy, "before");

        // 1. It is stopped.
        await stopAsync();
        long stoppedAt = Stopwatch.GetTimestamp();
        await UntilAsync(async () => await StatusAsync(proxy, "health/backend") == 503);
        long hits = load.Hits;
        await load.UntilAsync(() => load.Hits > hits + 20 && load.Failures > 50 && Stopwatch.GetElapsedTime(stoppedAt) > outage);
        await lookAsync(proxy, "during");
        Assert.That(await StateAsync(proxy), Is.EqualTo("before: live 200, ready 200, backend 503, up 0, outages 1, in one True".Replace("before", "during")));
        Exposition during = await Expositions.AskAsync(proxy.AdminEndPoint);
        Assert.That(during.SumOf("daxproxy_requests_total", "outcome=\"failure\""), Is.GreaterThan(50));
        Assert.That(during.ValueOf("daxproxy_backend_broken"), Is.Positive);
        Assert.That(during.SumOf("daxproxy_backend_refusals_total", "reason=\"broken\""), Is.Positive);
        Assert.That(Warnings(proxy), Has.Length.EqualTo(1), string.Join('\n', Warnings(proxy)));
        Assert.That(Warnings(proxy)[0], Does.Contain("warn: DaxProxy[6] The backend gave no answer to "));
        Assert.That(load.HitFailures, Is.Zero, "what is cached is answered all the while");

        // 2. It is there again.
        await using FaultyLink back = await startAsync();
        await UntilAsync(async () => await StatusAsync(proxy, "health/backend") == 200);
        long answers = load.Answers;
        await load.UntilAsync(() => load.Answers > answers + 10);
        await UntilAsync(async () => (await StateAsync(proxy)).EndsWith("in one False", StringComparison.Ordinal));
        Assert.That(await StateAsync(proxy), Is.EqualTo("after: live 200, ready 200, backend 200, up 1, outages 1, in one False"));
        await UntilAsync(() => Task.FromResult(Warnings(proxy).Length > 1));
        Assert.That(Warnings(proxy), Has.Length.EqualTo(2), string.Join('\n', Warnings(proxy)));
        Match end = Ended().Match(Warnings(proxy)[1]);
        Assert.That(end.Success, Warnings(proxy)[1]);
        Assert.That(double.Parse(end.Groups[1].Value, CultureInfo.InvariantCulture), Is.GreaterThan(0.5 * outage.TotalSeconds));
        Assert.That((await Expositions.AskAsync(proxy.AdminEndPoint)).ValueOf("daxproxy_backend_broken"), Is.Zero);
        Assert.That((await StatisticsAsync(proxy))["recentLog"]!.AsArray(), Has.Count.EqualTo(2), "the dashboard shows the same two lines");
        await lookAsync(proxy, "after");
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
            "`daxproxy_requests_total", "`daxproxy_backend_refusals_total", "event 6", "event 93", "Outages", "The backend does not answer",
        })
        {
            Assert.That(drill, Does.Contain(name));
        }
    }

    private static async Task<IPage> OpenAsync(IBrowser browser, Uri admin)
    {
        IPage page = await browser.NewPageAsync();
        await page.GotoAsync(admin.AbsoluteUri);
        return page;
    }

    /// <summary>What the dashboard shows at a step. Its badge is renewed every ten seconds.</summary>
    private static async Task LookAsync(IPage page, string step)
    {
        LocatorAssertionsToHaveTextOptions patient = new() { Timeout = 60_000 };
        await Assertions.Expect(page.Locator("#health")).ToHaveTextAsync(step == "during" ? "The backend does not answer" : "Ready", patient);
        ILocator outages = page.Locator("#state div:has(dt:text-is(\"Outages of the backend\")) dd");
        await Assertions.Expect(outages).ToHaveTextAsync(
            new Regex(step switch { "before" => "^none$", "during" => "^1, one since [0-9:]+$", _ => "^1$" }), patient);
        await Assertions.Expect(page.Locator("#log li")).ToHaveCountAsync(
            step switch { "before" => 0, "during" => 1, _ => 2 }, new() { Timeout = 60_000 });
    }

    private static string[] Warnings(ServerProcess proxy) =>
    [
        .. proxy.Output.Where(line =>
            line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal)),
    ];

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
