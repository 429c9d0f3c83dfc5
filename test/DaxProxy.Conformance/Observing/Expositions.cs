using System.Diagnostics;
using DaxProxy.Backends;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Policies;
using DaxProxy.Conformance.Remote;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary>What proxies of every kind expose after requests of every outcome: all metrics that there are, with all their labels.</summary>
internal static class Expositions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<IReadOnlyList<Exposition>>> Made = new(async () =>
        [await OfPoliciesAsync(), await OfAnEngineAsync(), await OfARemoteBackendAsync(), await OfAGroupAsync()]);

    /// <summary>Those, made once.</summary>
    public static Task<IReadOnlyList<Exposition>> AllAsync() => Made.Value;

    /// <summary>Asks an admin port.</summary>
    public static async Task<Exposition> AskAsync(Uri admin)
    {
        using HttpClient client = new();
        return Exposition.Read(await client.GetStringAsync(new Uri(admin, "/metrics")));
    }

    /// <summary>Both wires, policies that refuse, and the logs of requests.</summary>
    private static async Task<Exposition> OfPoliciesAsync()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-exposition-").FullName;
        Dictionary<string, string> users = new()
        {
            ["users/admin.json"] = """{"Statement":[{"Effect":"Allow","Action":["dynamodb:*","dax:*"],"Resource":"*"}]}""",
            ["users/none.json"] = """{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}""",
        };
        await using (PolicyHost host = await PolicyHost.StartAsync(users, options => options with
        {
            Audit = new AuditOptions { LogFile = Path.Combine(folder, "audit") },
            Telemetry = new TelemetryOptions { AccessLog = Path.Combine(folder, "access"), AccessLogSample = 1 },
        }))
        {
            const string Create =
                """{"TableName":"Tab","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]}""";
            const string Get = """{"TableName":"Tab","Key":{"k":{"S":"a"}}}""";
            Assert.That(await host.AskAsync("admin", "CreateTable", Create), Does.StartWith("200"));
            Assert.That(await host.AskAsync("none", "GetItem", Get), Does.StartWith("400"));
            long start = Stopwatch.GetTimestamp();
            Exposition found;
            do
            {
                Assert.That(await host.AskAsync("admin", "GetItem", Get), Does.StartWith("200"));
                Assert.That(await host.AskAsync("admin", "Scan", """{"TableName":"Tab"}"""), Does.StartWith("200"));
                Assert.That(await host.DaxGetAsync("admin", "Tab", "b"), Does.StartWith("200"));
                found = await AskAsync(new Uri($"http://{host.Host.AdminEndPoint}"));
                Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), found.Text);
            }
            while (Count(found, "json", "hit") is null || Count(found, "dax", "hit") is null);
            Assert.That(found.SumOf("daxproxy_policy_refusals_total"), Is.EqualTo(1));
            Assert.That((Count(found, "json", "miss"), Count(found, "dax", "miss")), Is.Not.EqualTo(((double?)null, (double?)null)));
            return found;
        }

        static double? Count(Exposition found, string wire, string outcome) =>
            found.ValueOf("daxproxy_request_duration_seconds_count", $"operation=\"GetItem\",outcome=\"{outcome}\",wire=\"{wire}\"");
    }

    /// <summary>The engine with throughput enforced, faults on purpose, and more tables than have labels.</summary>
    private static async Task<Exposition> OfAnEngineAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions { InMemory = true, Throughput = ThroughputMode.Enforce },
            Simulation = new SimulationOptions { Header = true },
            Telemetry = new TelemetryOptions { MaxTableLabels = 2 },
        };
        using BackendStack stack = BackendStack.Create(options, TimeProvider.System);
        await using DaxProxyHost host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        using Wire wire = new(new Uri($"http://{host.DataEndPoint}"));
        for (int number = 0; number < 4; number++)
        {
            await wire.SendAsync(
                "CreateTable", $"{{'TableName':'tab{number}','ProvisionedThroughput':{{'ReadCapacityUnits':1,'WriteCapacityUnits':1}},"
                + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
            string item = $"{{'TableName':'tab{number}','Item':{{'k':{{'S':'a'}},'v':{{'S':'{new string('x', 390_000)}'}}}}}}";
            Assert.That((await wire.SendAsync("PutItem", item)).Status, Is.EqualTo(200));
            Assert.That((await wire.SendAsync("PutItem", item)).Status, Is.EqualTo(400), "throttled");
            await wire.SendAsync("GetItem", $"{{'TableName':'tab{number}','Key':{{'k':{{'S':'a'}}}}}}");
        }

        await wire.SendAsync("GetItem", "{'TableName':'tab0','Key':{'k':{'S':'a'}},'ConsistentRead':true}");
        foreach (string fault in (string[])["throttle", "throttle-on-demand", "throttle-account", "error", "latency=1ms"])
        {
            await wire.SendAsync("GetItem", "{'TableName':'tab0','Key':{'k':{'S':'a'}}}", fault);
        }

        await wire.SendAsync("BatchGetItem", "{'RequestItems':{'tab0':{'Keys':[{'k':{'S':'a'}}]}}}", "unprocessed");
        await Assert.ThrowsAsync<HttpRequestException>(() => wire.SendAsync("ListTables", "{}", "lost"));
        using DaxTalk open = await DaxTalk.ConnectAsync(host.DaxEndPoint!);
        Exposition found = await AskAsync(new Uri($"http://{host.AdminEndPoint}"));
        Assert.That(found.ValueOf("daxproxy_connections", "port=\"dax\""), Is.EqualTo(1));
        Assert.That(found.ValueOf("daxproxy_throttled_requests_total", "table=\"(others)\",kind=\"write\""), Is.EqualTo(2));
        Assert.That(found.Series.Keys.Count(key => key.Name == "daxproxy_simulated_faults_total"), Is.EqualTo(7));
        Assert.That(found.ValueOf("daxproxy_cache_hits_total", "table=\"(others)\""), Is.Not.Null);
        Assert.That(found.Series.Keys.Count(key => key.Name == "daxproxy_cache_hits_total"), Is.EqualTo(3));
        return found;
    }

    /// <summary>A remote backend whose table's stream is followed, and the auditor.</summary>
    private static async Task<Exposition> OfARemoteBackendAsync()
    {
        await using FaultRig rig = await FaultRig.StartAsync(options => options with
        {
            Tables = new Dictionary<string, TableOptions> { [FaultRig.Table] = new() { FollowStream = true } },
            Auditor = new AuditorOptions { SampleRate = 1 },
            Backend = options.Backend with { RequestTimeout = TimeSpan.FromSeconds(20) },
        });
        await rig.CreateTableAsync();
        await rig.Direct.SendAsync(
            "UpdateTable",
            $"{{'TableName':'{FaultRig.Table}','StreamSpecification':{{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}}}");
        long start = Stopwatch.GetTimestamp();
        Exposition found;
        do
        {
            await rig.OkAsync("GetItem", $"{{'TableName':'{FaultRig.Table}','Key':{{'k':{{'S':'a'}}}}}}");
            found = await AskAsync(rig.Admin);
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), found.Text);
        }
        while (found.SumOf("daxproxy_audit_samples_total") == 0 || found.SumOf("daxproxy_stream_fresh") == 0);
        return found;
    }

    /// <summary>A group whose Redis is not there.</summary>
    private static async Task<Exposition> OfAGroupAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            Group = new GroupOptions { Redis = "127.0.0.1:1,abortConnect=false", ShareValues = true },
        };
        using BackendStack stack = BackendStack.Create(options, TimeProvider.System);
        await using DaxProxyHost host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        return await AskAsync(new Uri($"http://{host.AdminEndPoint}"));
    }
}
