using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Peeks;
using DaxProxy.Core.Policies;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Forwarding;
using DaxProxy.Frontends.Services;
using DaxProxy.Frontends.Sts;
using DaxProxy.Frontends.Web;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Policies;
using DaxProxy.Simulation;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Http;

/// <summary>
/// The DynamoDB JSON protocol over HTTP: takes a request through the service's checks, in the service's order, to a backend.
/// </summary>
/// <remarks>
/// Thread-safe. The order: host and origin, method and path, content type, size, JSON, target, signature, shape, constraints and static
/// checks, policies, backend. Where the body does not fit into the connection's buffer, target and signature come before it is read, as far
/// as the headers tell: nothing large is kept for a stranger. A request whose body has arrived and whose reply is at hand runs to its end
/// without leaving the thread.
/// </remarks>
internal sealed class DynamoDbFrontend
{
    /// <summary>A request with this header is told in <c>Cache-Status</c> why it was answered as it was.</summary>
    private const string ExplainHeader = "x-daxproxy-explain";

    private const string TargetHeader = "X-Amz-Target";

    /// <summary>What a request says of the faults that it wants to have, where it may.</summary>
    private const string FaultsHeader = FaultSimulation.Header;

    private readonly RegionRoute home;
    private readonly RegionRoutes? regions;
    private readonly Metrics metrics;
    private readonly RequestObserver? observer;
    private readonly RequestChecks checks;
    private readonly StsFrontend? sts;
    private readonly ServicesFrontend? services;
    private readonly BodyReceiver bodies;
    private readonly WebGuard access;
    private readonly OperationStatistics getItems;
    private readonly OperationStatistics queries;
    private readonly ILogger logger;
    private readonly ValidationProfile profile;
    private readonly bool isForwarding;
    private readonly bool takesFaults;
    private readonly long maxRequestBytes;
    private readonly ReplyWriter replies;
    private readonly TransportReplies transport;
    private readonly HttpGuard guard;
    private readonly AnswerGate answers;
    private readonly UnreadBodies unread;

    /// <summary>Makes the front end.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backend">What answers operations.</param>
    /// <param name="caching">The caches; null when there are none.</param>
    /// <param name="signatures">What verifies signatures; null when only their form is checked.</param>
    /// <param name="policies">What says who may do what; null where every caller may do everything.</param>
    /// <param name="audit">Where refused signatures are written down; null for nowhere.</param>
    /// <param name="sts">What answers about identities and sessions; null for nothing.</param>
    /// <param name="services">What answers for the services beside DynamoDB; null for nothing.</param>
    /// <param name="access">What keeps web pages out.</param>
    /// <param name="metrics">What counts.</param>
    /// <param name="observer">What chooses the requests that are traced or logged; null for none.</param>
    /// <param name="requestIds">Ids for answers.</param>
    /// <param name="budget">The memory that large requests may take.</param>
    /// <param name="answers">What lets reads in.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="regions">What answers for each of several regions; null where there is but one.</param>
    public DynamoDbFrontend(
        ProxyOptions options,
        IDynamoBackend backend,
        CacheLayer? caching,
        SignatureVerifier? signatures,
        Authorizer? policies,
        AuditLog? audit,
        StsFrontend? sts,
        ServicesFrontend? services,
        WebGuard access,
        Metrics metrics,
        RequestObserver? observer,
        RequestIds requestIds,
        InFlightBudget budget,
        AnswerGate answers,
        ILogger logger,
        TimeProvider time,
        RegionRoutes? regions = null)
    {
        this.answers = answers;
        this.access = access;
        home = new RegionRoute(null, backend, caching, policies);
        this.regions = regions;
        this.sts = sts;
        this.services = services;
        this.metrics = metrics;
        this.observer = observer;
        getItems = metrics.Of(Frontend.Http, GetItem.Definition.Name);
        queries = metrics.Of(Frontend.Http, Query.Definition.Name);
        this.logger = logger;
        profile = options.Backend.ValidationProfile;
        isForwarding = options.Backend.Kind == BackendKind.DynamoDb;
        takesFaults = options.Simulation.Header;
        maxRequestBytes = options.Listen.MaxRequestBytes;
        replies = new ReplyWriter(requestIds, access.Origins, answers.Budget);
        transport = new TransportReplies(replies, access.Origins, options.Backend.EffectiveRegion);
        checks = new RequestChecks(signatures, isForwarding, audit, metrics);
        unread = new UnreadBodies(BodyReceiver.DrainFactor * maxRequestBytes);
        bodies = new BodyReceiver(checks, budget, unread, replies, transport, AnswerAsync, maxRequestBytes, logger);
        guard = new HttpGuard(Frontend.Http, ServeAsync, replies.IdOf, transport.Fault, metrics.Faults, logger, time);
    }

    /// <summary>Answers one request. Throws only when the connection is gone.</summary>
    public Task HandleAsync(HttpContext context) =>
        observer is not null
            && context.Request.Headers.ContainsKey(TargetHeader)
            && observer.Chooses(context.Request.Headers.TraceParent, out ObservedChoice choice)
            ? ObserveAsync(context, choice)
            : guard.HandleAsync(context);

    private async Task ObserveAsync(HttpContext context, ObservedChoice choice)
    {
        ObservedRequest request = observer!.Begin(Frontend.Http, choice);
        try
        {
            await guard.HandleAsync(context).ConfigureAwait(false);
        }
        finally
        {
            request.Id = ReplyWriter.KnownIdOf(context);
            request.End(
                JsonRequest.VerbOf(context.Request.Headers[TargetHeader].ToString())?.Name,
                context.RequestAborted.IsCancellationRequested ? null : context.Response.StatusCode);
        }
    }

    private Task ServeAsync(HttpContext context)
    {
        // 1. Hosts and origins, before anything is said of the request.
        if (access.Check(context) is { } refusal)
        {
            return RefuseUnreadAsync(context, refusal);
        }

        // 2. What is no request of the API: health, preflights, unknown paths and content types.
        HttpRequest request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || request.Path.Value is not "/")
        {
            return HttpMethods.IsPost(request.Method) && services?.IsFor(request) == true
                ? ReceiveForServiceAsync(context)
                : AnswerOtherThanPostAsync(context);
        }

        if (!ContentTypes.IsAccepted(request.ContentType))
        {
            if (services?.IsFor(request) == true)
            {
                return ReceiveForServiceAsync(context);
            }

            return sts is not null && StsFrontend.IsFor(request)
                ? sts.AnswerAsync(context, unread, replies.IdOf(context))
                : NotFoundAsync(context);
        }

        // 3. The body. In the common case it lies in one piece in the connection's buffer, and nothing has to be awaited to get at it.
        PipeReader reader = request.BodyReader;
        if (request.Headers.ContentEncoding.Count == 0 && !(request.ContentLength > maxRequestBytes) && reader.TryRead(out ReadResult read))
        {
            if (read.IsCompleted && read.Buffer.Length <= maxRequestBytes)
            {
                return AnswerAsync(context, reader, read.Buffer, null);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        }

        if (services?.IsFor(request) == true)
        {
            return ReceiveForServiceAsync(context);
        }

        return bodies.ReceiveAsync(context, reader);
    }

    // Each in a method of its own: what a lambda captures would be allocated for every request that passes by it.
    private Task RefuseUnreadAsync(HttpContext context, DynamoError refusal) =>
        unread.AnswerAsync(context, () => replies.SendAsync(context, refusal));

    private Task AnswerOtherThanPostAsync(HttpContext context) =>
        unread.AnswerAsync(context, () => transport.AnswerOtherThanPost(context));

    private Task NotFoundAsync(HttpContext context) => unread.AnswerAsync(context, () => transport.NotFound(context));

    /// <summary>Answers a request for one of the services beside DynamoDB.</summary>
    private Task ReceiveForServiceAsync(HttpContext context)
    {
        access.Origins.SetHeaders(context);
        return services!.ReceiveAsync(context, unread, replies.IdOf(context));
    }

    /// <summary>Answers a body that is complete.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reader">Where to give the body back; null when it is not the reader's.</param>
    /// <param name="body">The body; not touched once it has been decoded.</param>
    /// <param name="hash">SHA-256 of the body as it came, where it is needed and that was another one.</param>
    private Task AnswerAsync(HttpContext context, PipeReader? reader, in ReadOnlySequence<byte> body, byte[]? hash)
    {
        bool isSigned = false;
        Identity? caller = null;
        DynamoError? error;
        Operation? operation = null;
        byte[]? query = null;
        RegionRoute? route = regions is null ? home : regions.Find(context.Request);
        try
        {
            // 1. The short way: an answer that is cached, from the bytes of the body.
            if (route is { Peek.MayPeek: true }
                && body.IsSingleSegment
                && TryFindCached(context.Request, route, body, hash, ref isSigned, ref caller, out Face face, out CacheStatus status))
            {
                return replies.SendAsync(context, face, status);
            }

            // 2. Another service, which shares its content type with DynamoDB.
            if (services?.IsFor(context.Request) == true)
            {
                access.Origins.SetHeaders(context);
                return services.AnswerAsync(context, replies.IdOf(context), body.ToArray());
            }

            // 3. The long way: JSON, target, signature, constraints, in the service's order.
            error = TryDecode(context, body, hash, isSigned, ref caller, out operation)
                ?? (takesFaults ? TryReadFaults(context.Request, operation!) : null)
                ?? (route is null ? RegionRoutes.Unknown(context.Request) : null);
            query = route?.Peek is not null && operation is Query { Explanation: null } && body.Length <= QueryMemo.MaxRequestBytes
                ? body.ToArray()
                : null;
        }
        finally
        {
            // 4. The body is given back, also when something broke: what is not given back cannot be read past, and the connection could
            // not be used again.
            reader?.AdvanceTo(body.End);
        }

        if (observer is not null && (error is null || caller is not null))
        {
            ObservedRequest.Current?.NoteKnown();
        }

        // 5. What is refused never reaches the backend.
        if (error is not null)
        {
            return replies.SendAsync(context, error);
        }

        // 6. Policies, before anything is found out about what was asked for.
        return route!.Policies is null
            ? ExecuteAsync(context, route, operation!, query)
            : AuthorizeAsync(context, route, operation!, query, caller!);
    }

    /// <summary>Answers a request if its caller may make it.</summary>
    private async Task AuthorizeAsync(HttpContext context, RegionRoute route, Operation operation, byte[]? query, Identity caller)
    {
        RequestOrigin origin = OriginOf(context);
        if (await route.Policies!.CheckAsync(operation, caller, origin, context.RequestAborted).ConfigureAwait(false) is { } refusal)
        {
            metrics.Of(Frontend.Http, operation.Name).CountRefusal();
            await replies.SendAsync(context, refusal).ConfigureAwait(false);
        }
        else if (operation.Verb.ChangesPolicies || operation is UpdateTable { ReplicaUpdates: not null })
        {
            Reply reply;
            try
            {
                reply = await route.Backend.ExecuteAsync(operation, context.RequestAborted).ConfigureAwait(false);
            }
            finally
            {
                RenewPolicies(route);
            }

            await replies.SendAsync(context, operation, reply).ConfigureAwait(false);
        }
        else
        {
            await ExecuteAsync(context, route, operation, query).ConfigureAwait(false);
        }
    }

    /// <summary>Where a table has replicas, a change of it in one region may be one in all.</summary>
    private void RenewPolicies(RegionRoute route)
    {
        foreach (RegionRoute one in regions?.All ?? [route])
        {
            one.Policies!.Renew();
        }
    }

    /// <summary>
    /// Answers a request by the backend, with the caches in front of it. One whose answer can be large waits for memory first.
    /// </summary>
    private Task ExecuteAsync(HttpContext context, RegionRoute route, Operation operation, byte[]? query)
    {
        if (AnswerGate.IsFor(operation))
        {
            return LetInAndSendAsync(context, route, operation, query);
        }

        ValueTask<Reply> pending = route.Backend.ExecuteAsync(operation, context.RequestAborted);
        return pending.IsCompletedSuccessfully
            ? replies.SendAsync(context, operation, pending.Result)
            : AwaitAndSendAsync(context, operation, pending);
    }

    /// <summary>Where a request comes from.</summary>
    internal static RequestOrigin OriginOf(HttpContext context) => new(
        Frontend.Http, context.Connection.RemoteIpAddress, context.Request.IsHttps, context.Request.Headers.UserAgent.ToString());

    /// <summary>Answers a request whose answer may be large: not before there is memory for that.</summary>
    private async Task LetInAndSendAsync(HttpContext context, RegionRoute route, Operation operation, byte[]? query)
    {
        using InFlightShare? share = await answers.TryTakeAsync(operation, context.RequestAborted).ConfigureAwait(false);
        if (share is null)
        {
            metrics.Of(Frontend.Http, operation.Name).CountRefusal();
            await replies.SendAsync(context, TransportFaults.RateExceeded).ConfigureAwait(false);
            return;
        }

        ValueTask<Reply> pending = route.Backend.ExecuteAsync(operation, context.RequestAborted);
        bool isAtHand = pending.IsCompletedSuccessfully;
        Reply reply = await pending.ConfigureAwait(false);
        answers.Settle(share, operation, reply);
        if (isAtHand && query is not null && reply is PageReply page)
        {
            route.Peek!.Queries.Note(query, page);
        }

        await replies.SendAsync(context, operation, reply, isLetIn: true).ConfigureAwait(false);
    }

    /// <summary>
    /// The short way of a plain GetItem, or of a Query that came before, whose answer is cached. Says no to all that the long way would
    /// refuse, and to all it is not sure of.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="route">What answers it, with caches to look into.</param>
    /// <param name="body">Its body, in one piece.</param>
    /// <param name="hash">SHA-256 of the body as it came, where that was another one.</param>
    /// <param name="isSigned">Becomes true when the signature was found right, so that the long way need not look again.</param>
    /// <param name="caller">Becomes whose signature it is.</param>
    /// <param name="face">The answer.</param>
    /// <param name="status">What to say of it.</param>
    private bool TryFindCached(
        HttpRequest request,
        RegionRoute route,
        in ReadOnlySequence<byte> body,
        byte[]? hash,
        ref bool isSigned,
        ref Identity? caller,
        out Face face,
        out CacheStatus status)
    {
        face = default;
        status = default;
        CacheLayer peek = route.Peek!;
        long startedAt = getItems.Start();
        try
        {
            string? target = request.Headers[TargetHeader];
            bool isGetItem = string.Equals(target, GetItem.Definition.Target, StringComparison.Ordinal);
            if (!(isGetItem || string.Equals(target, Query.Definition.Target, StringComparison.Ordinal))
                || WantsExplanation(request)
                || (takesFaults && request.Headers.ContainsKey(FaultsHeader))
                || !(isSigned = checks.IsSigned(request, body, hash, out caller)))
            {
                return false;
            }

            Access? allowed = route.Policies?.AccessOf(caller!);

            if (isGetItem && JsonPeek.TryServe(body.FirstSpan, peek.Catalog, peek.Items, allowed, out CachedItem? item))
            {
                getItems.CountHit(startedAt);
                NoteHit(getItems, item.TableName);
                face = item.Face;
                status = peek.Items.StatusOf(item);
                return true;
            }

            if (!isGetItem && peek.Queries.TryServe(body.FirstSpan, allowed, out face, out status, out string? table))
            {
                queries.CountHit(startedAt);
                NoteHit(queries, table);
                return true;
            }
        }
        catch (Exception exception)
        {
            Log.PeekFailed(logger, exception);
            peek.Backend.Health.Report(exception);
        }

        return false;
    }

    private void NoteHit(OperationStatistics operation, string table)
    {
        if (observer is not null && ObservedRequest.Current is { } request)
        {
            request.NoteKnown();
            request.NoteHit(operation.Operation, table);
        }
    }

    private DynamoError? TryDecode(
        HttpContext context, in ReadOnlySequence<byte> body, byte[]? hash, bool isSigned, ref Identity? caller, out Operation? operation)
    {
        HttpRequest request = context.Request;
        operation = null;
        using JsonDocument? document = body.IsEmpty ? null : JsonRequest.TryParse(body);
        if (document is null && !body.IsEmpty)
        {
            return checks.Unreadable(request, TransportFaults.NotJson);
        }

        string target = request.Headers[TargetHeader].ToString();
        if (isForwarding && document is not null && Verb.IsOfService(target) && ForwardedVerbs.Of(target) is var asked
            && ForwardedVerbs.TryJudge(asked, document.RootElement, out IReadOnlyList<string>? changedTables))
        {
            return (isSigned ? null : checks.Check(request, body, hash, out caller))
                ?? TryForward(context, asked, target, body, document.RootElement, changedTables, out operation);
        }

        if (JsonRequest.VerbOf(target) is not { } verb)
        {
            return checks.Unreadable(request, TransportFaults.UnknownOperation);
        }

        DynamoError? unread = (isSigned ? null : checks.Check(request, body, hash, out caller))
            ?? (document is null ? TransportFaults.NotJson : null);
        if (unread is not null)
        {
            metrics.Of(Frontend.Http, verb.Name).CountRefusal();
            return unread;
        }

        DynamoError? error = JsonRequest.TryRead(target, document!.RootElement, profile, out operation);
        if (error is not null
            && isForwarding
            && home.Policies is null
            && ForwardedVerbs.TryJudgeRefused(verb, document.RootElement, out IReadOnlyList<string>? tables))
        {
            operation = new ForwardedRequest(verb, target, body.ToArray(), context, tables)
            {
                IsUndoneByRefusal = tables is null || !verb.MayDoPart,
            };
            return null;
        }

        if (error is not null)
        {
            metrics.Of(Frontend.Http, verb.Name).CountRefusal();
        }
        else if (operation is DescribeEndpoints describe)
        {
            describe.Address = request.Host.Value ?? "";
        }
        else if (WantsExplanation(request))
        {
            operation!.Explanation = new Explanation();
        }

        return error;
    }

    /// <summary>
    /// Passes a request on as it was sent. Where there are policies it has to be understood first, in the one way it can be: what the
    /// backend could read otherwise, or what is no request of a known verb, is refused here.
    /// </summary>
    private DynamoError? TryForward(
        HttpContext context,
        Verb verb,
        string target,
        in ReadOnlySequence<byte> body,
        JsonElement json,
        IReadOnlyList<string>? changedTables,
        out Operation? operation)
    {
        operation = null;
        Operation? meaning = null;
        if (home.Policies is not null)
        {
            DynamoError? fault = !JsonRequest.SaysEverythingOnce(body) ? TransportFaults.NotJson
                : verb == Verb.Unknown ? null
                : JsonRequest.TryRead(target, json, profile, out meaning);
            if (fault is not null)
            {
                return fault;
            }
        }

        operation = new ForwardedRequest(verb, target, body.ToArray(), context, changedTables)
        {
            Meaning = meaning,
            NamedTables = home.Policies is null ? [] : ForwardedVerbs.TablesOf(verb, json),
        };
        return null;
    }

    /// <summary>Notes the faults that a request wants to have. Returns what is wrong with them, or null.</summary>
    private static DynamoError? TryReadFaults(HttpRequest request, Operation operation)
    {
        if (!request.Headers.TryGetValue(FaultsHeader, out StringValues value))
        {
            return null;
        }

        string? fault = FaultRules.TryReadFaults(value.ToString(), out SimulatedFaults? faults);
        operation.Faults = faults;
        return fault is null ? null : DynamoError.Validation($"{FaultsHeader}: {fault}");
    }

    private static bool WantsExplanation(HttpRequest request) =>
        request.Headers.TryGetValue(ExplainHeader, out StringValues value) && value == "1";

    private async Task AwaitAndSendAsync(HttpContext context, Operation operation, ValueTask<Reply> pending) =>
        await replies.SendAsync(context, operation, await pending.ConfigureAwait(false)).ConfigureAwait(false);
}
