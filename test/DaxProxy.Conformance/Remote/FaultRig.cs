using System.Net;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// A proxy with caches, whose remote backend is an engine behind a link that breaks as the test says. All talk over sockets.
/// </summary>
internal sealed class FaultRig : IAsyncDisposable
{
    /// <summary>Name of the table that <see cref="CreateTableAsync"/> makes; its key is <c>k</c>, a string.</summary>
    public const string Table = "Tab";

    private BackendStack engine = null!;
    private DaxProxyHost far = null!;
    private DaxProxyHost near = null!;

    private FaultRig()
    {
    }

    /// <summary>What is between proxy and backend.</summary>
    public FaultyLink Link { get; private set; } = null!;

    /// <summary>The proxy's backends.</summary>
    public BackendStack Stack { get; private set; } = null!;

    /// <summary>A client of the proxy.</summary>
    public Wire Wire { get; private set; } = null!;

    /// <summary>A client of the engine behind everything.</summary>
    public Wire Direct { get; private set; } = null!;

    /// <summary>Where the proxy is.</summary>
    public Uri EndPoint => new($"http://{near.DataEndPoint}");

    /// <summary>Where the proxy tells of itself.</summary>
    public Uri Admin => new($"http://{near.AdminEndPoint}");

    /// <summary>Where the proxy speaks the DAX protocol.</summary>
    public IPEndPoint Dax => near.DaxEndPoint!;

    /// <summary>Starts everything.</summary>
    /// <param name="adapt">Changes the proxy's options.</param>
    /// <param name="remembers">Whether the link remembers what arrives.</param>
    /// <param name="time">The proxy's clock; null for the real one.</param>
    /// <param name="credentials">What the proxy signs with; null for a fixed key.</param>
    /// <param name="logger">Where the proxy's backend logs; null for nowhere.</param>
    public static async Task<FaultRig> StartAsync(
        Func<ProxyOptions, ProxyOptions>? adapt = null,
        bool remembers = true,
        TimeProvider? time = null,
        AWSCredentials? credentials = null,
        ILogger? logger = null)
    {
        FaultRig rig = new();
        ProxyOptions behind = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { Enabled = false },
            QueryCache = new QueryCacheOptions { Enabled = false },
        };
        rig.engine = BackendStack.Create(behind, TimeProvider.System);
        rig.far = await DaxProxyHost.StartAsync(behind, rig.engine, NullLoggerFactory.Instance, TimeProvider.System);
        Uri engineAt = new($"http://{rig.far.DataEndPoint}");
        rig.Direct = new Wire(engineAt);
        rig.Link = new FaultyLink(engineAt) { Remembers = remembers };
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = rig.Link.EndPoint.AbsoluteUri,
                RequestTimeout = TimeSpan.FromSeconds(2),
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },

            // What one failure means, not what is done about many.
            Resilience = new ResilienceOptions { MaxAttempts = 1, BreakMinimum = 1_000_000 },
        };
        options = adapt?.Invoke(options) ?? options;
        rig.Link.Lateness = 1.3 * options.Backend.RequestTimeout;
        rig.Stack = BackendStack.Create(
            options, time ?? TimeProvider.System, logger, credentials ?? new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        rig.near = await DaxProxyHost.StartAsync(options, rig.Stack, NullLoggerFactory.Instance, TimeProvider.System);
        rig.Wire = new Wire(rig.EndPoint);
        return rig;
    }

    /// <summary>Makes the table <see cref="Table"/>, past the proxy.</summary>
    public async Task CreateTableAsync()
    {
        WireReply reply = await Direct.SendAsync("CreateTable", $"{{'TableName':'{Table}','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
    }

    /// <summary>Sends a request through the proxy that must succeed.</summary>
    public async Task<WireReply> OkAsync(string operation, string json)
    {
        WireReply reply = await Wire.SendAsync(operation, json);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return reply;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Wire.Dispose();
        Direct.Dispose();
        await near.DisposeAsync();
        Stack.Dispose();
        await Link.DisposeAsync();
        await far.DisposeAsync();
        engine.Dispose();
    }
}
