using System.Net;
using DaxProxy.Backends;
using DaxProxy.Frontends.Admin;
using DaxProxy.Frontends.Http;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>The running process: its listeners, and the backends behind them.</summary>
/// <remarks>Several may run in one process. The caller owns the backends; the host only uses them.</remarks>
public sealed class DaxProxyHost : IAsyncDisposable
{
    private readonly ProxyOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Metrics metrics;
    private readonly AdminFrontend admin;
    private Listener? dataListener;
    private Listener? adminListener;
    private bool isStopped;

    private DaxProxyHost(ProxyOptions options, BackendStack backends, ILogger logger, TimeProvider time)
    {
        this.options = options;
        this.logger = logger;
        this.time = time;
        metrics = new Metrics(time, backends.Caching?.Catalog);
        Observed = new ObservedBackend(backends.Outermost, metrics);
        admin = new AdminFrontend(Observed, backends.Caching, backends.Resilience, metrics, logger, time);
    }

    /// <summary>Where the DynamoDB API listens.</summary>
    public IPEndPoint DataEndPoint => dataListener!.EndPoint;

    /// <summary>Where health, statistics and metrics listen.</summary>
    public IPEndPoint AdminEndPoint => adminListener!.EndPoint;

    private ObservedBackend Observed { get; }

    /// <summary>Starts both listeners. When this returns, requests are answered.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backends">What answers operations.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is in use, or the address is not one of this machine.</exception>
    public static async Task<DaxProxyHost> StartAsync(
        ProxyOptions options,
        BackendStack backends,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken cancellationToken = default)
    {
        DaxProxyHost host = new(options, backends, loggers.CreateLogger("DaxProxy"), time);
        try
        {
            DynamoDbFrontend frontend = new(options, host.Observed, backends.Caching, host.metrics, new RequestIds(RequestIds.NewSeed()), host.logger);
            host.adminListener = await Listener.StartAsync(
                options.Listen.AdminPort, options.Listen, loggers, time, host.admin.HandleAsync, cancellationToken).ConfigureAwait(false);
            host.dataListener = await Listener.StartAsync(
                options.Listen.Port, options.Listen, loggers, time, frontend.HandleAsync, cancellationToken).ConfigureAwait(false);
            host.admin.IsServing = true;
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops: no new connections, then the requests in flight finish or are cut off, then the admin port closes.</summary>
    public async Task StopAsync()
    {
        if (isStopped)
        {
            return;
        }

        isStopped = true;
        admin.IsServing = false;
        using CancellationTokenSource patience = new(options.Listen.DrainTimeout, time);
        await (dataListener?.StopAsync(patience.Token) ?? Task.CompletedTask).ConfigureAwait(false);
        if (patience.IsCancellationRequested)
        {
            Log.DrainTimedOut(logger, options.Listen.DrainTimeout.TotalSeconds);
        }

        using CancellationTokenSource atOnce = new(TimeSpan.FromSeconds(1), time);
        await (adminListener?.StopAsync(atOnce.Token) ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        foreach (Listener listener in new[] { dataListener, adminListener }.OfType<Listener>())
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        admin.Dispose();
        metrics.Dispose();
    }
}
