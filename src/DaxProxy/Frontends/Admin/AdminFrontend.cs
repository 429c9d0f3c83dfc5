using System.Net;
using System.Text;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Operations;
using DaxProxy.Frontends.Web;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>The operator's port: a page, health, statistics, metrics, eviction. Thread-safe.</summary>
internal sealed class AdminFrontend : IDisposable
{
    private const string LivePath = "/health/live";
    private const string ReadyPath = "/health/ready";
    private const string BackendPath = "/health/backend";

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private readonly IDynamoBackend backend;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly BackendStack backends;
    private readonly MetricCollector collector;
    private readonly ProcessState state;
    private readonly EvictHandler evict;
    private readonly ExplainHandler explain;
    private readonly HttpGuard guard;
    private readonly WebGuard access;

    /// <summary>Makes the front end.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backend">The outermost backend.</param>
    /// <param name="backends">What it is made of.</param>
    /// <param name="access">What keeps web pages out.</param>
    /// <param name="metrics">What is counted of operations.</param>
    /// <param name="lines">What was logged of something wrong.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public AdminFrontend(
        ProxyOptions options,
        IDynamoBackend backend,
        BackendStack backends,
        WebGuard access,
        Metrics metrics,
        RecentLines lines,
        ILogger logger,
        TimeProvider time)
    {
        this.access = access;
        this.backend = backend;
        this.backends = backends;
        this.logger = logger;
        this.time = time;
        backends.Resilience?.ShowOn(metrics.Meter);
        backends.Following?.ShowOn(metrics.Meter);
        backends.Auditing?.ShowOn(metrics.Meter);
        state = new ProcessState(
            options, backends, metrics, new TrafficHistory(metrics, backends.BackendLatency, time), lines, time.GetUtcNow(), time);
        collector = new MetricCollector(metrics.Meter);
        evict = new EvictHandler(backends.Caching?.Backend);
        explain = new ExplainHandler(backends.Caching?.Backend, options.Backend.ValidationProfile);
        guard = new HttpGuard(
            Frontend.Admin, ServeAsync, context => context.TraceIdentifier, AdminReply.FaultAsync, metrics.Faults, logger, time);
    }

    /// <summary>Whether the data port takes requests: not yet before the start is complete, no longer while it drains.</summary>
    public bool IsServing { get; set; }

    /// <summary>The secret that requests must bring, but for those of health; null for none. Set before the port is opened.</summary>
    public AdminToken? Token { get; set; }

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
            return AdminReply.ErrorAsync(context, refusal.StatusCode, refusal.Message!);
        }

        string path = context.Request.Path.Value ?? "/";
        bool isOfHealth = path is LivePath or ReadyPath or BackendPath;
        if (!isOfHealth && WantsCertificates && context.Connection.ClientCertificate is null)
        {
            return AdminReply.ErrorAsync(context, 403, "show a certificate that an authority of Admin.ClientCaFile has signed");
        }

        if (Dashboard.Has(path) && HttpMethods.IsGet(context.Request.Method))
        {
            return Dashboard.SendAsync(context, path);
        }

        if (!isOfHealth && Token?.Check(context) == false)
        {
            return AdminReply.ErrorAsync(context, 401, "send the secret of the file that Admin.Token names, as Authorization: Bearer ...");
        }

        if (path == "/api/evict")
        {
            return evict.HandleAsync(context);
        }

        if (path == "/api/explain")
        {
            return explain.HandleAsync(context);
        }

        return !HttpMethods.IsGet(context.Request.Method) ? AdminReply.ErrorAsync(context, 404, "no such page")
            : path switch
            {
                LivePath => AdminReply.TextAsync(context, 200, "live\n"),
                ReadyPath => AdminReply.TextAsync(context, IsServing ? 200 : 503, IsServing ? ReadyText() : "not serving\n"),
                BackendPath => ProbeAsync(context),
                "/api/stats" => AdminReply.SendAsync(context, 200, AdminReply.Json, Statistics.Write(state)),
                "/api/history" => AdminReply.SendAsync(context, 200, AdminReply.Json, History.Write(state.History)),
                "/api/hot-keys" => AdminReply.SendAsync(
                    context, 200, AdminReply.Json, HotKeys.Write(state.Options.Telemetry.HotKeys, MaySeeKeys(context), backends.Caching)),
                "/api/config" => AdminReply.SendAsync(context, 200, AdminReply.Json, Configuration.Write(state.Options)),
                "/metrics" => AdminReply.SendAsync(
                    context, 200, PrometheusText.ContentType, Encoding.UTF8.GetBytes(PrometheusText.Write(collector.Collect()))),
                _ => AdminReply.ErrorAsync(context, 404, "no such page"),
            };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        collector.Dispose();
        state.History.Dispose();
    }

    /// <summary>Whether who asks may see keys of items: who has brought the secret; where none is wanted, who is on this machine.</summary>
    private bool MaySeeKeys(HttpContext context) =>
        Token is not null || (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));

    private async Task ProbeAsync(HttpContext context)
    {
        bool isAnswering = await IsBackendAnsweringAsync(context.RequestAborted).ConfigureAwait(false);
        await AdminReply.TextAsync(context, isAnswering ? 200 : 503, isAnswering ? "the backend answers\n" : "the backend does not answer\n")
            .ConfigureAwait(false);
    }

    /// <summary>Without its caches the process serves all the same, so it is ready; but says so.</summary>
    private string ReadyText()
    {
        if (backends.Caching?.Backend.Health.DegradedSince is { } since)
        {
            return $"ready, but degraded: the caches are out of service since {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\n";
        }

        string behind = string.Join(
            ", ", (backends.Following?.Statuses ?? []).Where(status => !status.IsFresh).Select(status => status.TableName));
        return behind.Length == 0 ? "ready\n" : $"ready, but read past the caches, which may be too far behind its stream: {behind}\n";
    }

    /// <summary>Whether the backend answers an operation that is cheap everywhere.</summary>
    private async Task<bool> IsBackendAnsweringAsync(CancellationToken aborted)
    {
        using CancellationTokenSource patience = new(ProbeTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        try
        {
            Reply reply = await backend.ExecuteAsync(new ListTables { Limit = 1 }, either.Token).AsTask().WaitAsync(either.Token)
                .ConfigureAwait(false);
            return reply is not ErrorReply { Error.StatusCode: >= 500 };
        }
        catch (Exception exception)
        {
            Log.ProbeFailed(logger, UnexpectedFaults.TextOf(exception));
            return false;
        }
    }
}
