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
using DaxProxy.Core.Wire.Json;
using DaxProxy.Forwarding;
using DaxProxy.Frontends.Web;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Http;

/// <summary>
/// The DynamoDB JSON protocol over HTTP: takes a request through the service's checks, in the service's order, to a backend.
/// </summary>
/// <remarks>
/// Thread-safe. The order: host and origin, method and path, content type, size, JSON, target, signature, shape, constraints and static
/// checks, backend. Where the body does not fit into the connection's buffer, target and signature come before it is read, as far as the
/// headers tell: nothing large is kept for a stranger. A request whose body has arrived and whose reply is at hand runs to its end without
/// leaving the thread.
/// </remarks>
internal sealed class DynamoDbFrontend
{
    /// <summary>How much of a body beyond the limit is read and thrown away, so that the client gets to read the refusal.</summary>
    private const int DrainFactor = 4;

    /// <summary>
    /// Most strangers at once who are refused a large body and whose connections are read past. The system may hold megabytes for each,
    /// also when it has gone long since, and one that goes on with new connections is faster than that is read.
    /// </summary>
    private const int MaxStrangers = 256;

    /// <summary>A request with this header is told in <c>Cache-Status</c> why it was answered as it was.</summary>
    private const string ExplainHeader = "x-daxproxy-explain";

    private const string GetItemName = "GetItem";
    private const string GetItemTarget = "DynamoDB_20120810.GetItem";
    private const string QueryTarget = "DynamoDB_20120810.Query";

    private readonly IDynamoBackend backend;
    private readonly Metrics metrics;
    private readonly CacheLayer? peek;
    private readonly SignatureVerifier? signatures;
    private readonly WebGuard access;
    private readonly OperationStatistics getItems;
    private readonly OperationStatistics queries;
    private readonly ILogger logger;
    private readonly ValidationProfile profile;
    private readonly bool isForwarding;
    private readonly long maxRequestBytes;
    private readonly ReplyWriter replies;
    private readonly TransportReplies transport;
    private readonly HttpGuard guard;
    private readonly InFlightBudget budget;
    private readonly AnswerGate answers;
    private int strangers;

    /// <summary>Makes the front end.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backend">What answers operations.</param>
    /// <param name="caching">The caches; null when there are none.</param>
    /// <param name="signatures">What verifies signatures; null when only their form is checked.</param>
    /// <param name="access">What keeps web pages out.</param>
    /// <param name="metrics">What counts.</param>
    /// <param name="requestIds">Ids for answers.</param>
    /// <param name="budget">The memory that large requests may take.</param>
    /// <param name="answers">What lets reads in.</param>
    /// <param name="logger">Where to log.</param>
    public DynamoDbFrontend(
        ProxyOptions options,
        IDynamoBackend backend,
        CacheLayer? caching,
        SignatureVerifier? signatures,
        WebGuard access,
        Metrics metrics,
        RequestIds requestIds,
        InFlightBudget budget,
        AnswerGate answers,
        ILogger logger)
    {
        this.budget = budget;
        this.answers = answers;
        this.signatures = signatures;
        this.access = access;
        this.backend = backend;
        this.metrics = metrics;
        peek = caching is { IsPeeking: true } ? caching : null;
        getItems = metrics.Of(GetItemName);
        queries = metrics.Of(nameof(Query));
        this.logger = logger;
        profile = options.Backend.ValidationProfile;
        isForwarding = options.Backend.Kind == BackendKind.DynamoDb;
        maxRequestBytes = options.Listen.MaxRequestBytes;
        replies = new ReplyWriter(requestIds, access.Origins, answers.Budget);
        transport = new TransportReplies(replies, access.Origins, options.Backend.EffectiveRegion);
        guard = new HttpGuard(Frontend.Http, ServeAsync, replies.IdOf, transport.Fault, metrics.Faults, logger);
    }

    /// <summary>Answers one request. Throws only when the connection is gone.</summary>
    public Task HandleAsync(HttpContext context) => guard.HandleAsync(context);

    private Task ServeAsync(HttpContext context)
    {
        // 1. Hosts and origins, before anything is said of the request.
        if (access.Check(context) is { } refusal)
        {
            return replies.SendAsync(context, refusal);
        }

        // 2. What is no request of the API: health, preflights, unknown paths and content types.
        HttpRequest request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || request.Path.Value is not "/")
        {
            return transport.AnswerOtherThanPost(context);
        }

        if (!ContentTypes.IsAccepted(request.ContentType))
        {
            return transport.NotFound(context);
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

        return ReadAndAnswerAsync(context, reader);
    }

    /// <summary>
    /// The rare case: waits for the body, decodes it, or refuses it for its size, for its signature, or for lack of memory.
    /// </summary>
    private async Task ReadAndAnswerAsync(HttpContext context, PipeReader reader)
    {
        long? length = context.Request.ContentLength;
        if (length > maxRequestBytes)
        {
            await AnswerTooLargeAsync(context, reader, length).ConfigureAwait(false);
        }
        else if (length > InFlightBudget.SmallBytes
            || await BodyReading.TryReadAsync(reader, InFlightBudget.SmallBytes, context.RequestAborted).ConfigureAwait(false)
                is not { } small)
        {
            await ReadAndAnswerLargeAsync(context, reader, length).ConfigureAwait(false);
        }
        else if (CodingOf(context.Request) is { } coding)
        {
            await DecodeAndAnswerAsync(context, coding, reader, small).ConfigureAwait(false);
        }
        else
        {
            await AnswerAsync(context, reader, small, null).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A body that does not fit into the connection's buffer: nothing is kept of it before the request's headers have been found right, and
    /// then only with a share of the memory. It is decoded on a thread of its own, because threads that live on keep the largest buffer
    /// that they ever had for the parser.
    /// </summary>
    private async Task ReadAndAnswerLargeAsync(HttpContext context, PipeReader reader, long? length)
    {
        if (CheckHead(context) is { } refusal)
        {
            await RefuseStrangerAsync(context, reader, refusal).ConfigureAwait(false);
            return;
        }

        long expectedBytes = length ?? maxRequestBytes;
        using InFlightShare? share =
            await budget.TryTakeForRequestAsync(expectedBytes, context.RequestAborted).ConfigureAwait(false);
        if (share is null)
        {
            await RefuseUnreadAsync(context, reader, TransportFaults.RateExceeded).ConfigureAwait(false);
            return;
        }

        using PooledBuffer body = new();
        using CancellationTokenSource late = budget.TimeLimit(expectedBytes);
        using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted))
        {
            body.GetMemory((int)(length ?? 0));
            try
            {
                if (!await BodyReading.TryTakeAsync(reader, body, maxRequestBytes, end.Token).ConfigureAwait(false))
                {
                    await AnswerTooLargeAsync(context, reader, null).ConfigureAwait(false);
                    return;
                }
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested)
            {
                // A client that sends too slowly may not hold its share.
                Log.RequestAbandoned(logger, context.TraceIdentifier);
                context.Abort();
                return;
            }
        }

        if (!JsonSize.IsWithin(body.WrittenSpan, budget.MaxBytes) && CodingOf(context.Request) is null)
        {
            await transport.TooLarge(context).ConfigureAwait(false);
            return;
        }

        ReadOnlySequence<byte> whole = new(body.WrittenMemory);
        await OnOwnThread(() => CodingOf(context.Request) is { } coding
            ? DecodeAndAnswerAsync(context, coding, null, whole)
            : AnswerAsync(context, null, whole, null)).ConfigureAwait(false);
    }

    /// <summary>
    /// Answers a body that came encoded. One that grows beyond what is small when it is decoded takes a share of the memory, as one that is
    /// large as it comes.
    /// </summary>
    private async Task DecodeAndAnswerAsync(HttpContext context, string coding, PipeReader? reader, ReadOnlySequence<byte> body)
    {
        // What is signed is the body as it came.
        byte[]? hash = signatures is null ? null : SignatureVerifier.HashOf(body);
        using PooledBuffer decoded = new();
        InFlightShare? share = null;
        try
        {
            bool? isDecoded = TryDecode(coding, body, Math.Min(InFlightBudget.SmallBytes, maxRequestBytes), decoded);
            DynamoError? refusal = null;
            if (isDecoded == false && (refusal = CheckHead(context) ?? CheckSignature(context.Request, body, hash)) is null)
            {
                share = await budget.TryTakeForRequestAsync(maxRequestBytes, context.RequestAborted).ConfigureAwait(false);
                refusal = share is null ? TransportFaults.RateExceeded : null;
                decoded.Dispose();
                isDecoded = share is null ? false : TryDecode(coding, body, maxRequestBytes, decoded);
            }

            reader?.AdvanceTo(body.End);
            await (refusal is not null ? replies.SendAsync(context, refusal)
                : isDecoded is null ? replies.SendAsync(context, TransportFaults.InternalServerError)
                : isDecoded.Value && (share is null || JsonSize.IsWithin(decoded.WrittenSpan, budget.MaxBytes))
                    ? AnswerAsync(context, null, new ReadOnlySequence<byte>(decoded.WrittenMemory), hash)
                    : transport.TooLarge(context)).ConfigureAwait(false);
        }
        finally
        {
            share?.Dispose();
        }
    }

    /// <summary>
    /// Whether what a body decodes to is within a limit; null when it cannot be decoded. Source: recorded answers of the service, which
    /// says 500.
    /// </summary>
    private static bool? TryDecode(string coding, in ReadOnlySequence<byte> body, long maxBytes, PooledBuffer decoded)
    {
        try
        {
            return ContentCoding.TryDecode(coding, body, maxBytes, decoded);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The coding of a body; null for none.</summary>
    private static string? CodingOf(HttpRequest request)
    {
        string coding = request.Headers.ContentEncoding.ToString();
        return coding.Length == 0 || coding == "identity" ? null : coding;
    }

    private static Task OnOwnThread(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private async Task AnswerTooLargeAsync(HttpContext context, PipeReader reader, long? length)
    {
        if (!(length > maxRequestBytes * DrainFactor))
        {
            await BodyReading.DiscardAsync(reader, maxRequestBytes * DrainFactor, context.RequestAborted).ConfigureAwait(false);
        }

        await transport.TooLarge(context).ConfigureAwait(false);
    }

    /// <summary>Answers a request whose headers were not found right. Where there are too many such already it is cut off.</summary>
    private async Task RefuseStrangerAsync(HttpContext context, PipeReader reader, DynamoError error)
    {
        try
        {
            if (Interlocked.Increment(ref strangers) > MaxStrangers)
            {
                context.Abort();
                return;
            }

            await RefuseUnreadAsync(context, reader, error).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref strangers);
        }
    }

    /// <summary>Answers a request whose body has not been read, and reads past that.</summary>
    private async Task RefuseUnreadAsync(HttpContext context, PipeReader reader, DynamoError error)
    {
        await replies.SendAsync(context, error).ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);

        // One that asks first whether to send its body does not send it now.
        if (context.Request.Headers.Expect.Count == 0)
        {
            await BodyReading.DiscardAsync(reader, maxRequestBytes * DrainFactor, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>What can be said against a request before its body is known, in the order of the checks.</summary>
    private DynamoError? CheckHead(HttpContext context)
    {
        HttpRequest request = context.Request;
        string target = request.Headers["X-Amz-Target"].ToString();
        Verb? verb = JsonRequest.VerbOf(target);
        if (verb is null && !(isForwarding && Verb.IsOfService(target)))
        {
            return signatures?.CheckTime(request) ?? TransportFaults.UnknownOperation;
        }

        DynamoError? error = signatures is null ? SignatureForm.Check(request) : signatures.CheckHead(request);
        if (error is not null && verb is not null)
        {
            metrics.Of(verb.Name).CountRefusal();
        }

        return error;
    }

    /// <summary>Answers a body that is complete.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reader">Where to give the body back; null when it is not the reader's.</param>
    /// <param name="body">The body; not touched once it has been decoded.</param>
    /// <param name="hash">SHA-256 of the body as it came, where it is needed and that was another one.</param>
    private Task AnswerAsync(HttpContext context, PipeReader? reader, in ReadOnlySequence<byte> body, byte[]? hash)
    {
        bool isSigned = false;
        DynamoError? error;
        Operation? operation = null;
        byte[]? query = null;
        try
        {
            // 1. The short way: an answer that is cached, from the bytes of the body.
            if (peek is not null
                && body.IsSingleSegment
                && TryFindCached(context.Request, body, hash, ref isSigned, out Face face, out CacheStatus status))
            {
                return replies.SendAsync(context, face, status);
            }

            // 2. The long way: JSON, target, signature, constraints, in the service's order.
            error = TryDecode(context, body, hash, isSigned, out operation);
            query = peek is not null && operation is Query { Explanation: null } && body.Length <= QueryMemo.MaxRequestBytes
                ? body.ToArray()
                : null;
        }
        finally
        {
            // 3. The body is given back, also when something broke: what is not given back cannot be read past, and the connection could
            // not be used again.
            reader?.AdvanceTo(body.End);
        }

        // 4. What is refused never reaches the backend.
        if (error is not null)
        {
            return replies.SendAsync(context, error);
        }

        // 5. The backend, with the caches in front of it. Reads whose answers can be large wait for memory first.
        if (AnswerGate.IsFor(operation!))
        {
            return ReadAndSendAsync(context, operation!, query);
        }

        ValueTask<Reply> pending = backend.ExecuteAsync(operation!, context.RequestAborted);
        return pending.IsCompletedSuccessfully
            ? replies.SendAsync(context, operation!, pending.Result)
            : AwaitAndSendAsync(context, operation!, pending);
    }

    /// <summary>Answers a read whose answer may be large: not before there is memory for that.</summary>
    private async Task ReadAndSendAsync(HttpContext context, Operation operation, byte[]? query)
    {
        using InFlightShare? share = await answers.TryTakeAsync(operation, context.RequestAborted).ConfigureAwait(false);
        if (share is null)
        {
            metrics.Of(operation.Name).CountRefusal();
            await replies.SendAsync(context, TransportFaults.RateExceeded).ConfigureAwait(false);
            return;
        }

        ValueTask<Reply> pending = backend.ExecuteAsync(operation, context.RequestAborted);
        bool isAtHand = pending.IsCompletedSuccessfully;
        Reply reply = await pending.ConfigureAwait(false);
        answers.Settle(share, operation, reply);
        if (isAtHand && query is not null && reply is PageReply page)
        {
            peek!.Queries.Note(query, page);
        }

        await replies.SendAsync(context, operation, reply, isLetIn: true).ConfigureAwait(false);
    }

    /// <summary>
    /// The short way of a plain GetItem, or of a Query that came before, whose answer is cached. Says no to whatever the long way would
    /// refuse, and to all it is not sure of.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body, in one piece.</param>
    /// <param name="hash">SHA-256 of the body as it came, where that was another one.</param>
    /// <param name="isSigned">Becomes true when the signature was found right, so that the long way need not look again.</param>
    /// <param name="face">The answer.</param>
    /// <param name="status">What to say of it.</param>
    private bool TryFindCached(
        HttpRequest request, in ReadOnlySequence<byte> body, byte[]? hash, ref bool isSigned, out Face face, out CacheStatus status)
    {
        face = default;
        status = default;
        long startedAt = getItems.Start();
        try
        {
            string? target = request.Headers["X-Amz-Target"];
            bool isGetItem = string.Equals(target, GetItemTarget, StringComparison.Ordinal);
            if (!(isGetItem || string.Equals(target, QueryTarget, StringComparison.Ordinal))
                || WantsExplanation(request)
                || !(isSigned = CheckSignature(request, body, hash) is null))
            {
                return false;
            }

            if (isGetItem && JsonPeek.TryServe(body.FirstSpan, peek!.Catalog, peek.Items, out CachedItem? item))
            {
                getItems.CountSuccess(startedAt);
                face = item.Face;
                status = peek.Items.StatusOf(item);
                return true;
            }

            if (!isGetItem && peek!.Queries.TryServe(body.FirstSpan, out face, out status))
            {
                queries.CountSuccess(startedAt);
                return true;
            }
        }
        catch (Exception exception)
        {
            Log.PeekFailed(logger, exception);
            peek!.Backend.Health.Report(exception);
        }

        return false;
    }

    private DynamoError? CheckSignature(HttpRequest request, in ReadOnlySequence<byte> body, byte[]? hash) =>
        signatures is null ? SignatureForm.Check(request) : signatures.Check(request, body, hash);

    private DynamoError? TryDecode(
        HttpContext context, in ReadOnlySequence<byte> body, byte[]? hash, bool isSigned, out Operation? operation)
    {
        HttpRequest request = context.Request;
        operation = null;
        using JsonDocument? document = body.IsEmpty ? null : JsonRequest.TryParse(body);
        if (document is null && !body.IsEmpty)
        {
            return signatures?.CheckTime(request) ?? TransportFaults.NotJson;
        }

        string target = request.Headers["X-Amz-Target"].ToString();
        if (isForwarding && document is not null && Verb.IsOfService(target) && ForwardedVerbs.Of(target) is var asked
            && ForwardedVerbs.TryJudge(asked, document.RootElement, out IReadOnlyList<string>? changedTables))
        {
            operation = new ForwardedRequest(asked, target, body.ToArray(), context, changedTables);
            return isSigned ? null : CheckSignature(request, body, hash);
        }

        if (JsonRequest.VerbOf(target) is not { } verb)
        {
            return signatures?.CheckTime(request) ?? TransportFaults.UnknownOperation;
        }

        if (((isSigned ? null : CheckSignature(request, body, hash)) ?? (document is null ? TransportFaults.NotJson : null)) is { } unread)
        {
            metrics.Of(verb.Name).CountRefusal();
            return unread;
        }

        DynamoError? error = JsonRequest.TryRead(target, document!.RootElement, profile, out operation);
        if (error is not null
            && isForwarding
            && ForwardedVerbs.TryJudgeRefused(verb, document.RootElement, out IReadOnlyList<string>? tables))
        {
            operation = new ForwardedRequest(verb, target, body.ToArray(), context, tables)
            {
                IsWholeOrNothing = tables is null || verb.IsWholeOrNothing,
            };
            return null;
        }

        if (error is not null)
        {
            metrics.Of(verb.Name).CountRefusal();
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

    private static bool WantsExplanation(HttpRequest request) =>
        request.Headers.TryGetValue(ExplainHeader, out StringValues value) && value == "1";

    private async Task AwaitAndSendAsync(HttpContext context, Operation operation, ValueTask<Reply> pending) =>
        await replies.SendAsync(context, operation, await pending.ConfigureAwait(false)).ConfigureAwait(false);
}
