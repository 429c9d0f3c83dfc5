using System.Net;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Frontends;
using DaxProxy.Frontends.Admin;
using DaxProxy.Frontends.Dax;
using DaxProxy.Frontends.Http;
using DaxProxy.Frontends.Services;
using DaxProxy.Frontends.Sts;
using DaxProxy.Frontends.Web;
using DaxProxy.Group;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Policies;
using DaxProxy.Services;
using DaxProxy.Simulation;
using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>The running process: its listeners, and the backends behind them.</summary>
/// <remarks>Several may run in one process. The caller owns the backends; the host only uses them.</remarks>
internal sealed class DaxProxyHost : IAsyncDisposable
{
    private readonly ProxyOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Metrics metrics;
    private readonly FaultSimulation simulation;
    private readonly MetricCollector collector;
    private readonly AdminFrontend admin;
    private readonly InFlightBudget budget;
    private readonly AnswerGate answers;
    private readonly ITimer? trimmer;
    private ListenerPort? dataPort;
    private ListenerPort? adminPort;
    private ListenerPort? httpsPort;
    private ListenerPort? daxPort;
    private ListenerPort? daxTlsPort;
    private AttributeListStore? lists;
    private AuditLog? audit;
    private LineFile<AccessRecord>? access;
    private OtlpExport? otlp;
    private PeerLists? peerLists;
    private Listener? dataListener;
    private Listener? adminListener;
    private LocalServices? services;
    private readonly GroupLink? group;
    private readonly ConnectionCounts connections = new();
    private bool isStopped;

    private DaxProxyHost(ProxyOptions options, BackendStack backends, ILoggerFactory loggers, TimeProvider time)
    {
        this.options = options;
        RecentLines lines = new(time);
        loggers.AddProvider(lines);
        logger = loggers.CreateLogger("DaxProxy");
        group = backends.Group;
        this.time = time;
        long availableBytes = Heap.AvailableBytes;
        budget = new InFlightBudget(options.Listen.EffectiveMaxBytesInFlight(availableBytes), time);
        answers = AnswerGate.Beside(budget, availableBytes, time);
        trimmer = HeapTrimmer.Start(time);
        metrics = new Metrics(
            time, backends.Caching?.Catalog, backends.Caching?.Backend.Health, options.Telemetry.MaxTableLabels);
        connections.ShowOn(metrics.Meter);
        simulation = new FaultSimulation(options, backends.CachesOfAll, metrics, logger);
        collector = new MetricCollector(metrics.Meter);
        admin = new AdminFrontend(
            options, backends, simulation, WebGuard.OfAdmin(options, logger, time), metrics, collector, lines, logger, time);
    }

    /// <summary>Where the DynamoDB API listens in clear text. There is none with <see cref="ListenOptions.TlsOnly"/>.</summary>
    public IPEndPoint DataEndPoint => dataPort!.EndPoint;

    /// <summary>Where the DynamoDB API listens with TLS; null when no certificate is configured.</summary>
    public IPEndPoint? HttpsEndPoint => httpsPort?.EndPoint;

    /// <summary>Where the DAX protocol is spoken; null when it is not.</summary>
    public IPEndPoint? DaxEndPoint => daxPort?.EndPoint;

    /// <summary>Where the DAX protocol is spoken with TLS; null when it is not, or when no certificate is configured.</summary>
    public IPEndPoint? DaxTlsEndPoint => daxTlsPort?.EndPoint;

    /// <summary>Where health, statistics and metrics listen; over HTTPS with <see cref="ListenOptions.TlsOnly"/>.</summary>
    public IPEndPoint AdminEndPoint => adminPort!.EndPoint;

    /// <summary>Starts all listeners. When this returns, requests are answered.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backends">What answers operations.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">
    /// A port is in use, the address is not one of this machine, or the certificate or the keys cannot be used.
    /// </exception>
    public static async Task<DaxProxyHost> StartAsync(
        ProxyOptions options,
        BackendStack backends,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken cancellationToken = default)
    {
        DaxProxyHost host = new(options, backends, loggers, time);
        try
        {
            RequestIds requestIds = new(RandomSeed.Next());
            KeyStore? keys = KeyStore.Of(options.Auth, host.logger, time);
            string[] regions = options.Backend.RegionNames is { Count: > 0 } names ? [.. names] : [options.Backend.EffectiveRegion];
            host.audit = host.admin.Audit = AuditLog.Of(options.Audit, host.logger, time);
            host.access = AccessLog.Of(options.Telemetry, host.logger);
            host.otlp = OtlpExport.Start(options.Telemetry, host.collector, time);
            host.metrics.ShowLostLines(("audit", () => host.audit?.Lost ?? 0), ("access", () => host.access?.Lost ?? 0));
            RequestObserver? observer = RequestObserver.Of(options.Telemetry, host.access, options.Auth.Mode == AuthMode.Verify, time);
            Authorizer? policies = Authorizer.Of(options, backends, host.audit, host.logger, time);
            policies?.ShowOn(host.metrics.Meter);
            Sessions? sessions = policies is null ? null : Sessions.Of(options.Auth, host.logger, time);
            SignatureVerifier? signatures = keys is null ? null : new SignatureVerifier(keys, sessions, "dynamodb", regions, time);
            StsFrontend? sts = sessions is null
                ? null
                : new StsFrontend(
                    new RoleSessions(policies!, sessions, time),
                    new SignatureVerifier(keys!, sessions, "sts", regions, time),
                    host.audit);
            if (backends.Services is { } data)
            {
                host.services = LocalServices.Start(options, backends, data, host.metrics, host.DaxListener, host.logger, time);
            }

            ServicesFrontend? beside = host.services is null
                ? null
                : new ServicesFrontend(
                    [
                        .. host.services.All.Select(service => (
                            service,
                            keys is null
                                ? null
                                : new SignatureVerifier(keys, sessions, ServicesFrontend.ScopeOf(service.Model), regions, time))),
                    ],
                    policies,
                    host.audit,
                    host.budget,
                    host.logger);
            ObservedBackend home = new(host.Simulated(backends), Frontend.Http, host.metrics);
            DynamoDbFrontend frontend = new(
                options,
                home,
                backends.Caching,
                signatures,
                policies,
                host.audit,
                sts,
                beside,
                WebGuard.OfData(options, host.logger, time),
                host.metrics,
                observer,
                requestIds,
                host.budget,
                host.answers,
                host.logger,
                time,
                backends.Regions is { } set ? host.RoutesOf(options.Backend.EffectiveRegion, home, backends, policies, set) : null);
            host.admin.Token = AdminToken.Of(options.Admin, host.logger, time);
            Handshake? tls = ServerCertificate.Of(options.Listen, host.logger, time) is { } certificate
                ? new Handshake(certificate, ClientAuthorities.Of("Listen:ClientCaFile", options.Listen.ClientCaFile, host.logger, time))
                : null;
            List<ListenerPort> ports = [];
            if (!options.Listen.TlsOnly)
            {
                ports.Add(host.dataPort = ListenerPort.Http(options.Listen.Port)
                    .ChosenBy("Listen:Port").Counted(host.connections.Of("http")));
            }

            if (tls is not null)
            {
                ports.Add(host.httpsPort = ListenerPort.Https(options.Listen.HttpsPort, tls)
                    .ChosenBy("Listen:HttpsPort").Counted(host.connections.Of("https")));
            }

            if (options.Dax.Enabled)
            {
                ports.AddRange(host.OpenDax(backends, keys, sessions, policies, observer, requestIds, tls));
            }

            host.adminPort = (options.Listen.TlsOnly ? host.SecureAdmin(tls!) : ListenerPort.Http(options.Listen.AdminPort))
                .ChosenBy("Listen:AdminPort").Counted(host.connections.Of("admin"));
            // Side by side: to put together what Kestrel consists of takes as long as to bind.
            Task<Listener> adminStarts = Task.Run(
                () => Listener.StartAsync(
                    OptionRules.UnverifiedAddress(options.Listen),
                    [host.adminPort],
                    options.Listen,
                    loggers,
                    time,
                    host.admin.HandleAsync,
                    cancellationToken),
                CancellationToken.None);
            try
            {
                host.dataListener = await Listener.StartAsync(
                    OptionRules.ToAddress(options.Listen.Host)!,
                    ports,
                    options.Listen,
                    loggers,
                    time,
                    frontend.HandleAsync,
                    cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                host.adminListener = await adminStarts.ConfigureAwait(false);
            }

            host.ListInGroup();
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
        if (group is not null)
        {
            // Clients of the others come no more.
            group.Listing = null;
        }

        using CancellationTokenSource patience = new(options.Listen.DrainTimeout, time);
        await (dataListener?.StopAsync(patience.Token) ?? Task.CompletedTask).ConfigureAwait(false);
        if (patience.IsCancellationRequested)
        {
            Log.DrainTimedOut(logger, options.Listen.DrainTimeout.TotalSeconds);
        }

        using CancellationTokenSource atOnce = new(TimeSpan.FromSeconds(1), time);
        await (adminListener?.StopAsync(atOnce.Token) ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>What answers clients: the backends, but for what is to go wrong on purpose.</summary>
    private SimulatingBackend Simulated(BackendStack backends) => new(backends.Outermost, backends.Caching, simulation, time);

    /// <summary>What answers for each region, the default one first.</summary>
    private RegionRoutes RoutesOf(string name, IDynamoBackend home, BackendStack backends, Authorizer? policies, RegionSet regions) => new(
    [
        new RegionRoute(name, home, backends.Caching, policies),
        .. regions.Others.Select(region => new RegionRoute(
            region.Name,
            new ObservedBackend(Simulated(region.Backends), Frontend.Http, metrics),
            region.Backends.Caching,
            Authorizer.Of(region.Options, region.Backends, audit, logger, time))),
    ]);

    /// <summary>Where clients of DAX are led to, and whether with TLS.</summary>
    private (IPEndPoint? EndPoint, bool IsTls) DaxListener() =>
        (daxPort ?? daxTlsPort) is { } port ? (port.EndPoint, daxPort is null) : (null, false);

    /// <summary>Lets the other members of the group tell their DAX clients of this process.</summary>
    private void ListInGroup()
    {
        if ((daxPort ?? daxTlsPort) is not null && group is not null)
        {
            group.TlsPort = daxTlsPort?.EndPoint.Port ?? 0;
            group.Listing = DaxListing.Of(options.Dax, daxPort?.EndPoint, daxTlsPort?.EndPoint);
            if (!group.Listing.IsReachable)
            {
                Log.DaxAddressUnknown(logger);
            }
        }
    }

    /// <summary>The admin port over HTTPS. Probes of health bring no certificate, so it is for the front end to ask for one.</summary>
    private ListenerPort SecureAdmin(Handshake tls)
    {
        ClientAuthorities? operators = ClientAuthorities.Of("Admin:ClientCaFile", options.Admin.ClientCaFile, logger, time);
        admin.WantsCertificates = operators is not null;
        return ListenerPort.Https(options.Listen.AdminPort, new Handshake(tls.Certificate, operators, IsRequired: false));
    }

    /// <summary>The ports of the DAX protocol, and what is behind them.</summary>
    private IEnumerable<ListenerPort> OpenDax(
        BackendStack backends,
        KeyStore? keys,
        Sessions? sessions,
        Authorizer? policies,
        RequestObserver? observer,
        RequestIds requestIds,
        Handshake? tls)
    {
        lists = AttributeListStore.Open(options.Backend.InMemory ? null : options.Backend.DataFolder, backends.Group?.Lists);
        if (DaxNodes.PeersOf(options.Dax) is { Count: > 0 } peers)
        {
            ConnectionSigner? signer = keys is null ? null : new ConnectionSigner(keys, options.Backend.EffectiveRegion, time);
            peerLists = new PeerLists(lists, [.. peers.Select(address => new Peer(address, signer, logger))], time);
        }

        DaxFrontend frontend = new(
            options,
            new ObservedBackend(Simulated(backends), Frontend.Dax, metrics),
            backends,
            lists,
            (IAttributeLists?)peerLists ?? lists,
            keys,
            sessions,
            policies,
            audit,
            metrics,
            observer,
            requestIds,
            budget,
            answers,
            logger,
            time);
        if (!options.Listen.TlsOnly)
        {
            yield return daxPort = ListenerPort.Raw(options.Dax.Port, frontend.HandleAsync)
                .ChosenBy("Dax:Port").Counted(connections.Of("dax"));
        }

        if (tls is not null)
        {
            yield return daxTlsPort = ListenerPort.RawTls(options.Dax.TlsPort, frontend.HandleAsync, tls)
                .ChosenBy("Dax:TlsPort").Counted(connections.Of("daxs"));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        foreach (Listener listener in new[] { dataListener, adminListener }.OfType<Listener>())
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        if (services is not null)
        {
            await services.DisposeAsync().ConfigureAwait(false);
        }

        if (peerLists is not null)
        {
            await peerLists.DisposeAsync().ConfigureAwait(false);
        }

        foreach (IAsyncDisposable file in new IAsyncDisposable?[] { audit, access }.OfType<IAsyncDisposable>())
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }

        otlp?.Dispose();

        trimmer?.Dispose();
        lists?.Dispose();
        admin.Dispose();
        collector.Dispose();
        metrics.Dispose();
    }
}
