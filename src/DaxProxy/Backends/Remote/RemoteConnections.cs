using System.Net;

namespace DaxProxy.Backends.Remote;

/// <summary>The connections to the backend: one pool for everything that is sent there.</summary>
/// <remarks>
/// Thread-safe; owns the pool. Bounded, so that a slow backend makes requests wait here instead of piling up connections. A connection
/// that has had its time takes no further request, so that a changed DNS entry is followed. Nothing is followed, stored or unpacked on the
/// way.
/// </remarks>
internal sealed class RemoteConnections : IDisposable
{
    private readonly SocketsHttpHandler handler;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="maxConnections">Most connections at once.</param>
    /// <param name="lifetime">How long a connection takes requests.</param>
    public RemoteConnections(int maxConnections, TimeSpan lifetime)
    {
        handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = maxConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(55),
            PooledConnectionLifetime = lifetime,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            EnableMultipleHttp2Connections = true,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
        };
        Invoker = new HttpMessageInvoker(handler, disposeHandler: false);
    }

    /// <summary>Sends one request.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Invoker.Dispose();
        handler.Dispose();
    }
}
