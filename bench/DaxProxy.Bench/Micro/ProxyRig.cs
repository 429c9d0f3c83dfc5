using System.IO.Pipelines;
using System.Net;
using DaxProxy.Backends;
using DaxProxy.Bench.Load;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Frontends;
using DaxProxy.Frontends.Dax;
using DaxProxy.Frontends.Http;
using DaxProxy.Frontends.Web;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Bench.Micro;

/// <summary>The proxy over its engine in memory, with the items of a load stored and cached; no socket.</summary>
internal sealed class ProxyRig : IDisposable
{
    private readonly BackendStack backends;
    private readonly Metrics metrics;
    private readonly AttributeListStore lists = AttributeListStore.Open(null);
    private readonly DaxFrontend dax;

    public ProxyRig(bool isCaching = true)
    {
        ProxyOptions options = new()
        {
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { Enabled = isCaching },
            QueryCache = new QueryCacheOptions { Enabled = isCaching },
        };
        backends = BackendStack.Create(options, TimeProvider.System);
        metrics = new Metrics(TimeProvider.System, backends.Caching?.Catalog);
        ObservedBackend observed = new(backends.Outermost, Telemetry.Frontend.Http, metrics);
        RequestIds requestIds = new(1);
        WebGuard guard = WebGuard.OfData(options, NullLogger.Instance, TimeProvider.System);
        InFlightBudget budget = new(options.Listen.EffectiveMaxBytesInFlight(1 << 30), TimeProvider.System);
        AnswerGate answers = AnswerGate.Beside(budget, 1 << 30, TimeProvider.System);
        Frontend = new DynamoDbFrontend(
            options, observed, backends.Caching, null, null, null, null, null, guard, metrics, null, requestIds, budget, answers,
            NullLogger.Instance, TimeProvider.System);
        dax = new DaxFrontend(
            options, observed, backends, lists, lists, null, null, null, null, metrics, null, requestIds, budget, answers,
            NullLogger.Instance, TimeProvider.System);
        Prime();
    }

    /// <summary>A load of few items.</summary>
    public static LoadItems Items { get; } = new(items: 1000, itemBytes: 400);

    /// <summary>What answers requests.</summary>
    public DynamoDbFrontend Frontend { get; }

    /// <summary>The cache; null when it is off.</summary>
    public CacheLayer? Caching => backends.Caching;

    /// <summary>Serves a connection of the DAX protocol until its input ends.</summary>
    public Task ServeDaxAsync(PipeReader input, PipeWriter output) => dax.HandleAsync(
        new DefaultConnectionContext("memory") { Transport = new Duplex(input, output), LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 1) });

    /// <summary>The body of a request made for the wire.</summary>
    public static byte[] BodyOf(byte[] request) => request[(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];

    /// <inheritdoc/>
    public void Dispose()
    {
        metrics.Dispose();
        lists.Dispose();
        backends.Dispose();
    }

    private void Prime()
    {
        foreach (byte[] request in (byte[][])[LoadItems.CreateTable, Items.Puts()[0], Items.Gets()[0], Items.Gets()[0]])
        {
            SocketlessCall.Run(Frontend.HandleAsync, request);
        }
    }
}
