using DaxProxy.Backends;
using DaxProxy.Bench.Load;
using DaxProxy.Frontends.Http;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Bench.Micro;

/// <summary>The proxy over its engine in memory, with the items of a load stored and cached; no socket.</summary>
internal sealed class ProxyRig : IDisposable
{
    private readonly BackendStack backends;
    private readonly Metrics metrics;

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
        Frontend = new DynamoDbFrontend(
            options, new ObservedBackend(backends.Outermost, metrics), backends.Caching, null, metrics, new RequestIds(1), NullLogger.Instance);
        Prime();
    }

    /// <summary>A load of few items.</summary>
    public static LoadItems Items { get; } = new(items: 1000, itemBytes: 400);

    /// <summary>What answers requests.</summary>
    public DynamoDbFrontend Frontend { get; }

    /// <summary>The cache; null when it is off.</summary>
    public CacheLayer? Caching => backends.Caching;

    /// <summary>The body of a request made for the wire.</summary>
    public static byte[] BodyOf(byte[] request) => request[(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];

    /// <inheritdoc/>
    public void Dispose()
    {
        metrics.Dispose();
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
