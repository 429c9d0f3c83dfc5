using System.Net;
using System.Text;
using DaxProxy.Backends;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Policies;
using DaxProxy.Frontends.Web;
using DaxProxy.Options;
using DaxProxy.Policies;
using DaxProxy.Simulation;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>The operator's port: a page, health, statistics, metrics, eviction. Thread-safe.</summary>
internal sealed class AdminFrontend : IDisposable
{
    private const string LivePath = "/health/live";
    private const string ReadyPath = "/health/ready";
    private const string BackendPath = "/health/backend";
    private const string EvictPath = "/api/evict";
    private const string ExplainPath = "/api/explain";
    private const string RecordPath = "/api/record";
    private const string SimulationPath = "/api/simulation";
    private const string RegionsPath = "/api/regions";

    /// <summary>How much of a body that is not wanted is read past.</summary>
    private const long MaxUnreadBytes = 64 << 20;

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "Via"];

    private readonly UnreadBodies unread = new(MaxUnreadBytes);
    private readonly BackendProbe probe;
    private readonly BackendStack backends;
    private readonly MetricCollector collector;
    private readonly ProcessState state;
    private readonly EvictHandler evict;
    private readonly ExplainHandler explain;
    private readonly RecordHandler record;
    private readonly SimulationHandler simulate;
    private readonly RegionsHandler regions;
    private readonly HttpGuard guard;
    private readonly WebGuard access;
    private readonly ResourceNames names;
    private readonly TimeProvider time;

    /// <summary>Makes the front end.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backends">What answers operations.</param>
    /// <param name="simulation">What goes wrong on purpose.</param>
    /// <param name="access">What keeps web pages out.</param>
    /// <param name="metrics">What is counted of operations.</param>
    /// <param name="collector">What <c>/metrics</c> shows of it; stays the caller's.</param>
    /// <param name="lines">What was logged of something wrong.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public AdminFrontend(
        ProxyOptions options,
        BackendStack backends,
        FaultSimulation simulation,
        WebGuard access,
        Metrics metrics,
        MetricCollector collector,
        RecentLines lines,
        ILogger logger,
        TimeProvider time)
    {
        this.access = access;
        this.backends = backends;
        this.collector = collector;
        this.time = time;
        names = new ResourceNames(options.Backend.EffectiveRegion, options.Auth.EffectiveAccountId, keepsOthers: false);
        probe = new BackendProbe(backends.Outermost, backends.Outage, time);
        backends.ShowOn(metrics);
        DateTimeOffset startedAt = time.GetUtcNow();
        (long itemBytes, long queryBytes) = ProcessFigures.CacheLimits(options);
        ProcessMetrics.ShowOn(metrics.Meter, startedAt, itemBytes, queryBytes);
        state = new ProcessState(
            options, backends, simulation, metrics, new TrafficHistory(metrics, backends.BackendLatency, time), lines, startedAt, time);
        evict = new EvictHandler(
            [.. backends.CachesOfAll.Select(caching => caching.Backend)],
            unread,
            (context, table, index) => Note(
                context, "admin:Evict", table is null ? "*" : index is null ? names.Table(table) : names.Index(table, index)));
        record = new RecordHandler(backends.Recorder, unread, context => Note(context, "admin:Record", "*"), () => IsServing, time);
        simulate = new SimulationHandler(
            simulation, options.Simulation.Seed, unread, context => Note(context, "admin:Simulate", "*"));
        regions = new RegionsHandler(backends.Regions?.Tables, unread, context => Note(context, "admin:Simulate", "*"));
        explain = new ExplainHandler(backends.Caching?.Backend, backends.Statements, options.Backend.ValidationProfile, unread);
        guard = new HttpGuard(
            Frontend.Admin, ServeAsync, context => context.TraceIdentifier, AdminReply.FaultAsync, metrics.Faults, logger, time);
    }

    /// <summary>Whether the data port takes requests: not yet before the start is complete, no longer while it drains.</summary>
    public bool IsServing { get; set; }

    /// <summary>The secret that requests must bring, but for those of health; null for none. Set before the port is opened.</summary>
    public AdminToken? Token { get; set; }

    /// <summary>Where refused requests and evictions are written down; null for nowhere. Set before the port is opened.</summary>
    public AuditLog? Audit { get; set; }

    /// <summary>
    /// Whether requests must come over connections that have shown a certificate, but for those of health. What was shown is good: the
    /// handshake has looked. Set before the port is opened.
    /// </summary>
    public bool WantsCertificates { get; set; }

    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context) => guard.HandleAsync(context);

    private Task ServeAsync(HttpContext context)
    {
        if (access.Check(context) is { } refusal)
        {
            return RefuseAsync(context, refusal.StatusCode, refusal.Message!, "the host or the origin is not served");
        }

        string path = context.Request.Path.Value ?? "/";
        bool isOfHealth = path is LivePath or ReadyPath or BackendPath;
        if (!isOfHealth && WantsCertificates && context.Connection.ClientCertificate is null)
        {
            const string Remedy = "show a certificate that an authority of Admin.ClientCaFile has signed";
            return RefuseAsync(context, 403, Remedy, "no certificate");
        }

        if (Dashboard.Has(path) && HttpMethods.IsGet(context.Request.Method))
        {
            return unread.AnswerAsync(context, () => Dashboard.SendAsync(context, path));
        }

        if (!isOfHealth && Token?.Check(context) == false)
        {
            const string Remedy = "send the secret of the file that Admin.Token names, as Authorization: Bearer ...";
            return RefuseAsync(context, 401, Remedy, "the secret is missing or wrong");
        }

        if (path == EvictPath)
        {
            return evict.HandleAsync(context);
        }

        if (path is ExplainPath or RecordPath or SimulationPath or RegionsPath)
        {
            // One tells of an item whether it is there, one who reads how much, and one lets requests fail.
            return !MaySeeKeys(context)
                ? RefuseAsync(context, 403, "only for this machine, or with the secret of Admin.Token", "from another machine")
                : path == ExplainPath ? explain.HandleAsync(context)
                : path == RecordPath ? record.HandleAsync(context)
                : path == RegionsPath ? regions.HandleAsync(context)
                : simulate.HandleAsync(context);
        }

        return unread.AnswerAsync(
            context,
            () => HttpMethods.IsGet(context.Request.Method)
                ? GetAsync(context, path)
                : AdminReply.ErrorAsync(context, 404, "no such page"));
    }

    private Task GetAsync(HttpContext context, string path) => path switch
    {
        LivePath => AdminReply.TextAsync(context, 200, "live\n"),
        ReadyPath => ReadyAsync(context),
        BackendPath => AnswerOfBackendAsync(context),
        "/api/stats" => ShownTables.Of(backends.Caching?.Catalog.Tables ?? [], context.Request.Query) is { } tables
            ? AdminReply.SendAsync(context, 200, AdminReply.Json, Statistics.Write(state, tables))
            : AdminReply.ErrorAsync(context, 400, $"tables must be a whole number from 0 to {TableCatalog.MaxTables}"),
        "/api/history" => AdminReply.SendAsync(context, 200, AdminReply.Json, History.Write(state.History)),
        "/api/hot-keys" => AdminReply.SendAsync(
            context, 200, AdminReply.Json, HotKeys.Write(state.Options.Telemetry.HotKeys, MaySeeKeys(context), backends.Caching)),
        "/api/contributor-insights" => AdminReply.SendAsync(
            context,
            200,
            AdminReply.Json,
            ContributorInsights.Write(state.Options.Telemetry.HotKeys, MaySeeKeys(context), backends.Contributors, time)),
        "/api/config" => AdminReply.SendAsync(context, 200, AdminReply.Json, Configuration.Write(state.Options)),
        "/metrics" => AdminReply.SendAsync(
            context, 200, PrometheusText.ContentType, Encoding.UTF8.GetBytes(PrometheusText.Write(collector.Collect()))),
        _ => AdminReply.ErrorAsync(context, 404, "no such page"),
    };

    /// <inheritdoc/>
    public void Dispose() => state.History.Dispose();

    /// <summary>Refuses a request for who sent it, and writes that down.</summary>
    private Task RefuseAsync(HttpContext context, int statusCode, string error, string reason)
    {
        string path = context.Request.Path.Value ?? "/";
        string action = path switch
        {
            EvictPath => "admin:Evict",
            ExplainPath => "admin:Explain",
            RecordPath => "admin:Record",
            SimulationPath or RegionsPath => "admin:Simulate",
            _ => "admin:Read",
        };
        Audit?.WriteStranger(OriginOf(context), action, path, null, reason);
        return unread.AnswerAsync(context, () => AdminReply.ErrorAsync(context, statusCode, error));
    }

    /// <summary>Writes down what was done to what, but no key.</summary>
    private void Note(HttpContext context, string action, string resource) => Audit?.Write(new AuditRecord(
        time.GetUtcNow(), context.Connection.ClientCertificate?.Subject, OriginOf(context), action, resource, IsAllowed: true, null, null));

    private static RequestOrigin OriginOf(HttpContext context) => new(
        Frontend.Admin, context.Connection.RemoteIpAddress, context.Request.IsHttps, context.Request.Headers.UserAgent.ToString());

    /// <summary>
    /// Whether who asks may see keys of items: who has brought the secret or a certificate. Where neither is wanted, who is on this
    /// machine, and speaks for itself: what says that it passes a request on may do so for anyone.
    /// </summary>
    private bool MaySeeKeys(HttpContext context) => Token is not null || WantsCertificates
        || (context.Connection.RemoteIpAddress is { } address
            && (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback))
            && !Array.Exists(ForwardingHeaders, context.Request.Headers.ContainsKey));

    private async Task AnswerOfBackendAsync(HttpContext context)
    {
        bool isAnswering = await probe.AskAsync().WaitAsync(context.RequestAborted).ConfigureAwait(false);
        (int status, string text) = isAnswering ? (200, "the backend answers\n") : (503, "the backend does not answer\n");
        await AdminReply.TextAsync(context, status, text).ConfigureAwait(false);
    }

    /// <summary>
    /// A process is not ready before the backend has answered it once: one with a wrong endpoint must not take the place of one that
    /// works. Later the backend may go without any process being taken away for it.
    /// </summary>
    private async Task ReadyAsync(HttpContext context)
    {
        string? why = !IsServing ? "not serving"
            : !probe.HasAnswered && !await probe.AskAsync().WaitAsync(context.RequestAborted).ConfigureAwait(false)
                ? "not ready: the backend has not answered since the start"
            : null;
        await AdminReply.TextAsync(context, why is null ? 200 : 503, why is null ? ReadyText() : why + "\n").ConfigureAwait(false);
    }

    /// <summary>Without its caches the process serves all the same, so it is ready; but says so.</summary>
    private string ReadyText()
    {
        if (backends.Caching?.Backend.Health.DegradedSince is { } since)
        {
            return $"ready, but degraded: the caches are out of service since {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\n";
        }

        if (backends.Group is { Status.IsJoined: false })
        {
            return "ready, but not in its group: nothing is answered from the caches, and writes may be refused\n";
        }

        if (state.Simulation.Running is not null)
        {
            return "ready, but faults are simulated: requests fail on purpose\n";
        }

        string behind = string.Join(
            ", ", (backends.Following?.Statuses ?? []).Where(status => !status.IsFresh).Select(status => status.TableName));
        return behind.Length == 0 ? "ready\n" : $"ready, but read past the caches, which may be too far behind its stream: {behind}\n";
    }
}
