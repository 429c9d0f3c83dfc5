using System.Net;
using Amazon.DynamoDBv2;
using DaxProxy.Backends;
using DaxProxy.Conformance.Compared;
using DaxProxy.Conformance.Remote;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance;

/// <summary>One way to stack the product, or an endpoint elsewhere: what the tests talk to. Starts on first use; thread-safe.</summary>
public sealed class Stack
{
    private readonly string name;
    private readonly Lazy<Running> running;

    private Stack(string name, bool isCached, Func<Running> start)
    {
        this.name = name;
        IsCached = isCached;
        running = new Lazy<Running>(start);
    }

    /// <summary>Whether reads may be answered from the item cache.</summary>
    public bool IsCached { get; }

    /// <summary>Whether the tests talk to a process that is not theirs.</summary>
    public bool IsElsewhere { get; private init; }

    /// <summary>Whether what the cache is in front of is another process.</summary>
    public bool IsRemote { get; private init; }

    /// <summary>Where the DynamoDB API is.</summary>
    public Uri EndPoint => running.Value.EndPoint;

    /// <summary>Where the DAX protocol is spoken; null where it is not.</summary>
    public IPEndPoint? DaxEndPoint => running.Value.DaxEndPoint;

    /// <summary>The AWS SDK, which never repeats a request.</summary>
    public IAmazonDynamoDB Sdk => running.Value.Sdk;

    /// <summary>The bare wire, for what the SDK cannot send.</summary>
    public Wire Wire => running.Value.Wire;

    /// <summary>
    /// A host inside this process, in memory, with or without the cache; or a process of the program that the run names.
    /// </summary>
    public static Stack InProcess(string name, bool isCached, bool isPeeking) => new(name, isCached, () => Start(isCached, isPeeking));

    /// <summary>
    /// A host with caches whose backend is another host, without caches: what is asked of the second is what the first asks of AWS.
    /// </summary>
    public static Stack Remote(string name) =>
        new(name, isCached: true, () => StartRemote(Start(isCached: false, isPeeking: false))) { IsRemote = true };

    /// <summary>
    /// <see cref="Remote"/> beside a host without caches that is asked the same: a test fails as soon as the two answer differently.
    /// </summary>
    public static Stack Compared(string name) => new(name, isCached: true, StartCompared) { IsRemote = true };

    /// <summary>
    /// A host without caches, beside one with caches that is asked the same over the DAX protocol, by a public client: a test fails as soon
    /// as the two answer differently.
    /// </summary>
    public static Stack Dax(string name) => new(name, isCached: false, StartDax);

    /// <summary>A server that is none of ours.</summary>
    public static Stack Foreign(string name) =>
        new(name, isCached: false, () => Start(ForeignServer.Start(name))) { IsElsewhere = true };

    /// <summary>A proxy in front of a server that is none of ours, beside another one that is asked the same.</summary>
    internal static Stack BehindProxy(ForeignRun run) =>
        new($"proxied-{run.Server}", isCached: true, () => StartCompared(run)) { IsElsewhere = true, IsRemote = true };

    /// <summary>Whatever listens at an address.</summary>
    public static Stack Elsewhere(string url) =>
        new("elsewhere", isCached: false, () => new Running(new Uri(url))) { IsElsewhere = true };

    /// <summary>Stops what was started; what a comparison found is written to a file of <c>artifacts</c>.</summary>
    public async Task StopAsync()
    {
        if (running.IsValueCreated)
        {
            if (running.Value.Findings is { } findings)
            {
                Directory.CreateDirectory(ForeignServer.Artifacts);
                await File.WriteAllTextAsync(
                    Path.Combine(ForeignServer.Artifacts, $"conformance-{name}.txt"), $"{findings}.\n{Stacks.Foreign}");
            }

            await running.Value.DisposeAsync();
        }
    }

    /// <summary>The stack's name, part of the names of its tests.</summary>
    public override string ToString() => name;

    private static Running Start(bool isCached, bool isPeeking)
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { Enabled = isCached, Peek = isPeeking },
            QueryCache = new QueryCacheOptions { Enabled = isCached },
        };
        return ServerProcess.IsNamed
            ? Start(
                ["--in-memory"],
                new()
                {
                    ["DAXPROXY__ItemCache__Enabled"] = $"{isCached}",
                    ["DAXPROXY__ItemCache__Peek"] = $"{isPeeking}",
                    ["DAXPROXY__QueryCache__Enabled"] = $"{isCached}",
                },
                [])
            : Start(options, []);
    }

    private static Running StartRemote(Running far)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-lists-").FullName;
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = far.EndPoint.AbsoluteUri,
                DataFolder = folder,
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
        };
        return ServerProcess.IsNamed
            ? Start(
                ["--backend", "dynamodb", "--region", "us-east-1", "--endpoint", far.EndPoint.AbsoluteUri, "--data", folder],
                new()
                {
                    ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
                    ["AWS_SECRET_ACCESS_KEY"] = "secret",
                    ["DAXPROXY__Backend__ReplicaSettleTime"] = "0",
                    ["DAXPROXY__Backend__IndexSettleTime"] = "0",
                },
                [far],
                folder)
            : Start(options, [far], folder);
    }

    private static Running StartCompared()
    {
        Comparison comparison = new(isOneProduct: true, difference => Assert.Fail($"{difference}"));
        return Compare(Start(isCached: false, isPeeking: false), StartRemote(Start(isCached: false, isPeeking: false)), comparison);
    }

    private static Running StartDax()
    {
        if (DaxRelay.Fault is { } fault)
        {
            Assert.Ignore(fault);
        }

        Running direct = Start(isCached: false, isPeeking: false), cached = Start(isCached: true, isPeeking: true);
        DaxRelay relay = DaxRelay.Start(cached.DaxEndPoint!);
        DaxComparison comparison = new(difference => Assert.Fail(difference));
        return new Running(direct.EndPoint, new DaxComparingHandler(direct.EndPoint, cached.EndPoint, relay, comparison))
        {
            Parts = [direct, cached],
            Process = relay,
            Findings = comparison,
        };
    }

    private static Running StartCompared(ForeignRun run)
    {
        Comparison comparison = new(isOneProduct: false, run.Note);
        return Compare(Start(ForeignServer.Start(run.Server)), StartRemote(Start(ForeignServer.Start(run.Server))), comparison);
    }

    private static Running Compare(Running direct, Running proxied, Comparison comparison) =>
        new(proxied.EndPoint, new ComparingHandler(direct.EndPoint, proxied.EndPoint, comparison))
        {
            Parts = [direct, proxied],
            Findings = comparison,
            DaxEndPoint = proxied.DaxEndPoint,
        };

    private static Running Start(string[] arguments, Dictionary<string, string?> environment, Running[] behind, string? folder = null)
    {
        ServerProcess server = Task.Run(() => ServerProcess.StartAsync(arguments, environment)).GetAwaiter().GetResult();
        return new Running(server.EndPoint) { Process = server, Parts = behind, Folder = folder, DaxEndPoint = server.DaxEndPoint };
    }

    private static Running Start(ForeignServer server) => new(server.EndPoint) { Process = server };

    private static Running Start(ProxyOptions options, Running[] behind, string? folder = null)
    {
        BackendStack backends = BackendStack.Create(
            options, TimeProvider.System, credentials: new Amazon.Runtime.BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        DaxProxyHost host = Task.Run(() => DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, TimeProvider.System))
            .GetAwaiter().GetResult();
        return new Running(new Uri($"http://{host.DataEndPoint}")) { Host = host, Backends = backends, Parts = behind, Folder = folder, DaxEndPoint = host.DaxEndPoint };
    }

    private sealed class Running(Uri endPoint, HttpMessageHandler? handler = null) : IAsyncDisposable
    {
        public Uri EndPoint { get; } = endPoint;

        public IPEndPoint? DaxEndPoint { get; init; }

        public DaxProxyHost? Host { get; init; }

        public BackendStack? Backends { get; init; }

        public string? Folder { get; init; }

        public IDisposable? Process { get; init; }

        public Running[] Parts { get; init; } = [];

        public object? Findings { get; init; }

        public AmazonDynamoDBClient Sdk { get; } = SdkClient.For(endPoint, handler);

        public Wire Wire { get; } = new(endPoint, handler);

        public async ValueTask DisposeAsync()
        {
            Sdk.Dispose();
            Wire.Dispose();
            handler?.Dispose();
            if (Host is not null)
            {
                await Host.DisposeAsync();
            }

            Backends?.Dispose();
            Process?.Dispose();
            if (Folder is not null)
            {
                Directory.Delete(Folder, recursive: true);
            }

            foreach (Running part in Parts)
            {
                await part.DisposeAsync();
            }
        }
    }
}
