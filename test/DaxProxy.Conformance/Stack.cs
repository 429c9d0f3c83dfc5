using Amazon.DynamoDBv2;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;

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

    /// <summary>The AWS SDK, which never repeats a request.</summary>
    public IAmazonDynamoDB Sdk => running.Value.Sdk;

    /// <summary>The bare wire, for what the SDK cannot send.</summary>
    public Wire Wire => running.Value.Wire;

    /// <summary>A host inside this process, in memory, with or without the cache.</summary>
    public static Stack InProcess(string name, bool isCached, bool isPeeking) => new(name, isCached, () => Start(isCached, isPeeking));

    /// <summary>A host with caches whose backend is another host, without caches: what is asked of the second is what the first asks of AWS.</summary>
    public static Stack Remote(string name) => new(name, isCached: true, StartRemote) { IsRemote = true };

    /// <summary>Whatever listens at an address.</summary>
    public static Stack Elsewhere(string url) =>
        new("elsewhere", isCached: false, () => new Running(new Uri(url), null, null)) { IsElsewhere = true };

    /// <summary>Stops what was started.</summary>
    public async Task StopAsync()
    {
        if (running.IsValueCreated)
        {
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
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { Enabled = isCached, Peek = isPeeking },
            QueryCache = new QueryCacheOptions { Enabled = isCached },
        };
        return Start(options, null);
    }

    private static Running StartRemote()
    {
        Running far = Start(isCached: false, isPeeking: false);
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = far.EndPoint.AbsoluteUri,
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
        };
        return Start(options, far);
    }

    private static Running Start(ProxyOptions options, Running? behind)
    {
        BackendStack backends = BackendStack.Create(
            options, TimeProvider.System, credentials: new Amazon.Runtime.BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        DaxProxyHost host = Task.Run(() => DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, TimeProvider.System))
            .GetAwaiter().GetResult();
        return new Running(new Uri($"http://{host.DataEndPoint}"), host, backends) { Behind = behind };
    }

    private sealed class Running(Uri endPoint, DaxProxyHost? host, BackendStack? backends) : IAsyncDisposable
    {
        public Uri EndPoint { get; } = endPoint;

        public Running? Behind { get; init; }

        public AmazonDynamoDBClient Sdk { get; } = SdkClient.For(endPoint);

        public Wire Wire { get; } = new(endPoint);

        public async ValueTask DisposeAsync()
        {
            Sdk.Dispose();
            Wire.Dispose();
            if (host is not null)
            {
                await host.DisposeAsync();
            }

            backends?.Dispose();
            if (Behind is not null)
            {
                await Behind.DisposeAsync();
            }
        }
    }
}
