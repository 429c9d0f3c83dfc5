using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// Two proxies that name each other to their DAX clients, each with a folder of its own and without caches, and a third one that is the
/// backend of both. All talk over sockets.
/// </summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private const int Count = 2;

    private readonly ProxyOptions[] options = new ProxyOptions[Count];
    private readonly BackendStack[] stacks = new BackendStack[Count];
    private readonly DaxProxyHost[] hosts = new DaxProxyHost[Count];
    private BackendStack engine = null!;
    private DaxProxyHost far = null!;
    private AWSCredentials credentials = null!;
    private ILoggerFactory loggers = null!;

    private TwoNodes()
    {
    }

    /// <summary>Where the backend of both is.</summary>
    public Uri Backend => new($"http://{far.DataEndPoint}");

    /// <summary>Where the nodes speak the DAX protocol.</summary>
    public IPEndPoint First => hosts[0].DaxEndPoint!;

    /// <inheritdoc cref="First"/>
    public IPEndPoint Second => hosts[1].DaxEndPoint!;

    /// <summary>Starts everything.</summary>
    /// <param name="auth">Who may call, the first of the nodes, the second, and the backend; null for any caller.</param>
    /// <param name="credentials">What the nodes sign with; null for a fixed key.</param>
    /// <param name="loggers">Where the nodes log; null for nowhere.</param>
    public static async Task<TwoNodes> StartAsync(
        (AuthOptions First, AuthOptions Second, AuthOptions Backend)? auth = null, AWSCredentials? credentials = null,
        ILoggerFactory? loggers = null)
    {
        (AuthOptions firstAuth, AuthOptions secondAuth, AuthOptions backendAuth) = auth ?? (new(), new(), new());
        TwoNodes nodes = new()
        {
            credentials = credentials ?? new BasicAWSCredentials("AKIDEXAMPLE", "secret"),
            loggers = loggers ?? NullLoggerFactory.Instance,
        };
        ProxyOptions behind = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            Auth = backendAuth,
        };
        nodes.engine = BackendStack.Create(behind, TimeProvider.System);
        nodes.far = await DaxProxyHost.StartAsync(behind, nodes.engine, NullLoggerFactory.Instance, TimeProvider.System);
        for (int attempt = 1; ; attempt++)
        {
            int[] ports = FreePorts();
            nodes.options[0] = nodes.OptionsOf(firstAuth, ports[0], ports[1]);
            nodes.options[1] = nodes.OptionsOf(secondAuth, ports[1], ports[0]);
            try
            {
                await nodes.StartAsync(0);
                await nodes.StartAsync(1);
                return nodes;
            }
            catch (IOException) when (attempt < 5)
            {
                // Another process was given one of the ports meanwhile.
                await nodes.StopAsync(0);
                await nodes.StopAsync(1);
            }
        }
    }

    /// <summary>Starts a node that was stopped, with what is in its folder.</summary>
    public async Task StartAsync(int node)
    {
        stacks[node] = BackendStack.Create(options[node], TimeProvider.System, null, credentials);
        hosts[node] = await DaxProxyHost.StartAsync(options[node], stacks[node], loggers, TimeProvider.System);
    }

    /// <summary>Stops a node.</summary>
    public async Task StopAsync(int node)
    {
        if (hosts[node] is not null)
        {
            await hosts[node].DisposeAsync();
        }

        stacks[node]?.Dispose();
    }

    /// <summary>Takes away what a node that was stopped has kept.</summary>
    public void Forget(int node) => Directory.Delete(options[node].Backend.DataFolder, recursive: true);

    /// <summary>How many requests a node has answered, by operation.</summary>
    public async Task<Dictionary<string, long>> CountsOfAsync(int node)
    {
        using HttpClient client = new();
        using JsonDocument statistics = JsonDocument.Parse(
            await client.GetByteArrayAsync(new Uri($"http://{hosts[node].AdminEndPoint}/api/stats")));
        return statistics.RootElement.GetProperty("operations").EnumerateObject()
            .ToDictionary(operation => operation.Name, operation => operation.Value.GetProperty("count").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        for (int node = 0; node < Count; node++)
        {
            await StopAsync(node);
            Directory.Delete(options[node].Backend.DataFolder, recursive: true);
        }

        await far.DisposeAsync();
        engine.Dispose();
    }

    /// <summary>Ports that were free a moment ago: each node has to be told the other's before that one runs.</summary>
    private static int[] FreePorts()
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, Count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    private ProxyOptions OptionsOf(AuthOptions auth, int port, int peerPort) => new()
    {
        Listen = new ListenOptions { Port = 0, AdminPort = 0 },
        Dax = new DaxOptions { Port = port, Peers = $"127.0.0.1:{peerPort}" },
        Backend = new BackendOptions
        {
            Kind = BackendKind.DynamoDb,
            Endpoint = Backend.AbsoluteUri,
            Region = "us-east-1",
            DataFolder = Directory.CreateTempSubdirectory("daxproxy-node-").FullName,
            ReplicaSettleTime = TimeSpan.Zero,
            IndexSettleTime = TimeSpan.Zero,
        },
        ItemCache = new ItemCacheOptions { Enabled = false },
        QueryCache = new QueryCacheOptions { Enabled = false },
        Auth = auth,
    };
}
