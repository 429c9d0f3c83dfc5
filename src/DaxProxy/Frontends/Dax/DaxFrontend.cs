using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Policies;
using DaxProxy.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Frontends.Dax;

/// <summary>The DAX protocol over TCP or TLS: what clients of Amazon DynamoDB Accelerator speak. Thread-safe.</summary>
internal sealed class DaxFrontend
{
    private readonly DaxCalls calls;
    private readonly Newcomers? newcomers;
    private readonly InFlightBudget budget;
    private readonly ListenOptions limits;
    private readonly ILogger logger;
    private readonly TimeProvider time;

    /// <summary>Makes the front end.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backend">What answers operations.</param>
    /// <param name="backends">What they are: the tables, whose keys a request cannot be read without, and the cached items.</param>
    /// <param name="own">The attribute lists that this node has met.</param>
    /// <param name="lists">The attribute lists that can be found out: the same, unless there are peers to ask.</param>
    /// <param name="keys">The keys that callers may sign with; null when signatures are not verified.</param>
    /// <param name="sessions">The sessions of roles; null where there are none.</param>
    /// <param name="policies">What says who may do what; null where every caller may do everything.</param>
    /// <param name="audit">Where requests of callers who have not proved who they are are written down; null for nowhere.</param>
    /// <param name="metrics">Where requests are counted that do not reach the backend.</param>
    /// <param name="observer">What chooses the requests that are traced or logged; null for none.</param>
    /// <param name="requestIds">Names of answers.</param>
    /// <param name="budget">The memory that large requests may take.</param>
    /// <param name="answers">What lets reads in.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public DaxFrontend(
        ProxyOptions options,
        IDynamoBackend backend,
        BackendStack backends,
        IAttributeLists own,
        IAttributeLists lists,
        KeyStore? keys,
        Sessions? sessions,
        Authorizer? policies,
        AuditLog? audit,
        Metrics metrics,
        RequestObserver? observer,
        RequestIds requestIds,
        InFlightBudget budget,
        AnswerGate answers,
        ILogger logger,
        TimeProvider time)
    {
        ConnectionVerifier? verifier = keys is null ? null : new ConnectionVerifier(keys, sessions, options.Backend.EffectiveRegion, time);
        DaxDefinitions definitions = new(options.Dax, backends, own, lists, verifier, policies, audit, time);
        calls = new DaxCalls(
            definitions,
            options.Backend.ValidationProfile,
            backend,
            backends.Caching,
            policies,
            lists,
            metrics,
            observer,
            requestIds,
            answers,
            logger);
        newcomers = verifier is null ? null : new Newcomers();
        limits = options.Listen;
        this.budget = budget;
        this.logger = logger;
        this.time = time;
    }

    /// <summary>Serves one connection until it ends.</summary>
    public Task HandleAsync(ConnectionContext connection) =>
        new DaxConnection(connection, calls, newcomers, budget, limits.MaxRequestBytes, limits.HeadersTimeout, logger, time).ServeAsync();
}
