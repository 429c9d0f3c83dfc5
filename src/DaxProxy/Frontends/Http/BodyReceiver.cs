using System.Buffers;
using System.IO.Pipelines;
using DaxProxy.Auth;
using DaxProxy.Core.Errors;
using DaxProxy.Memory;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Http;

/// <summary>
/// Gets the bodies that do not lie in one piece in the connection's buffer, or that came encoded. Nothing large is kept for a stranger.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="checks">What judges target and signature before a large body is read.</param>
/// <param name="budget">The memory that large requests may take.</param>
/// <param name="unread">What answers those whose bodies are not wanted.</param>
/// <param name="replies">What sends refusals.</param>
/// <param name="transport">What refuses bodies that are too large.</param>
/// <param name="answer">Answers a body that is complete.</param>
/// <param name="maxRequestBytes">The largest body.</param>
/// <param name="logger">Where to log.</param>
internal sealed class BodyReceiver(
    RequestChecks checks,
    InFlightBudget budget,
    UnreadBodies unread,
    ReplyWriter replies,
    TransportReplies transport,
    BodyReceiver.AnswerBody answer,
    long maxRequestBytes,
    ILogger logger)
{
    /// <summary>How much of a body beyond the limit is read and thrown away, so that the client gets to read the refusal.</summary>
    public const int DrainFactor = 4;

    /// <summary>Answers a body that is complete.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reader">Where to give the body back; null when it is not the reader's.</param>
    /// <param name="body">The body; not touched once it has been decoded.</param>
    /// <param name="hash">SHA-256 of the body as it came, where it is needed and that was another one.</param>
    public delegate Task AnswerBody(HttpContext context, PipeReader? reader, in ReadOnlySequence<byte> body, byte[]? hash);

    /// <summary>
    /// Waits for the body, decodes it and has it answered; or refuses it for its size, its signature, or for lack of memory.
    /// </summary>
    public async Task ReceiveAsync(HttpContext context, PipeReader reader)
    {
        long? length = context.Request.ContentLength;
        if (length > maxRequestBytes)
        {
            await RefuseTooLargeAsync(context, length).ConfigureAwait(false);
            return;
        }

        ReadOnlySequence<byte>? read = null;
        if (!(length > InFlightBudget.SmallBytes))
        {
            bool isStranger = !checks.IsHeadRight(context.Request);
            if (isStranger && !unread.TryWait())
            {
                await RefuseByHeadAsync(context, checks.CheckHead(context.Request)!).ConfigureAwait(false);
                return;
            }

            try
            {
                read = await BodyReading.TryReadAsync(reader, InFlightBudget.SmallBytes, context.RequestAborted).ConfigureAwait(false);
            }
            finally
            {
                if (isStranger)
                {
                    unread.EndWait();
                }
            }
        }

        if (read is not { } small)
        {
            await ReceiveLargeAsync(context, reader, length).ConfigureAwait(false);
        }
        else if (CodingOf(context.Request) is { } coding)
        {
            await DecodeAsync(context, coding, reader, small, isLetIn: false).ConfigureAwait(false);
        }
        else
        {
            await answer(context, reader, small, null).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A body that does not fit into the connection's buffer: nothing is kept of it before the request's headers have been found right, and
    /// then only with a share of the memory. It is decoded on a thread of its own, because threads that live on keep the largest buffer
    /// that they ever had for the parser.
    /// </summary>
    private async Task ReceiveLargeAsync(HttpContext context, PipeReader reader, long? length)
    {
        if (checks.CheckHead(context.Request) is { } refusal)
        {
            await RefuseByHeadAsync(context, refusal).ConfigureAwait(false);
            return;
        }

        // What is encoded may become as large as any, and needs its memory before the first byte is decoded: one that came back for more
        // would wait while it holds what it has.
        long expectedBytes = CodingOf(context.Request) is null && length is { } known ? known : maxRequestBytes;
        using InFlightShare? share =
            await budget.TryTakeForRequestAsync(expectedBytes, context.RequestAborted).ConfigureAwait(false);
        if (share is null)
        {
            await RefuseForMemoryAsync(context).ConfigureAwait(false);
            return;
        }

        // In a method of its own: when the share goes back, nothing holds the body any more.
        await TakeAndAnswerAsync(context, reader, length, expectedBytes).ConfigureAwait(false);
    }

    private async Task TakeAndAnswerAsync(HttpContext context, PipeReader reader, long? length, long expectedBytes)
    {
        using PooledBuffer body = new();
        using CancellationTokenSource late = budget.TimeLimit(expectedBytes);
        using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted))
        {
            body.GetMemory((int)(length ?? 0));
            try
            {
                if (!await BodyReading.TryTakeAsync(reader, body, maxRequestBytes, end.Token).ConfigureAwait(false))
                {
                    await RefuseTooLargeAsync(context, null).ConfigureAwait(false);
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
            ? DecodeAsync(context, coding, null, whole, isLetIn: true)
            : answer(context, null, whole, null)).ConfigureAwait(false);
    }

    /// <summary>
    /// Answers a body that came encoded. One that grows beyond what is small when it is decoded takes a share of the memory, as one that is
    /// large as it comes; that one has it already.
    /// </summary>
    private async Task DecodeAsync(HttpContext context, string coding, PipeReader? reader, ReadOnlySequence<byte> body, bool isLetIn)
    {
        // What is signed is the body as it came.
        byte[]? hash = checks.NeedDigest ? SignatureVerifier.HashOf(body) : null;
        InFlightShare? share = null;
        try
        {
            using PooledBuffer decoded = new();
            bool? isDecoded = TryDecode(coding, body, Math.Min(InFlightBudget.SmallBytes, maxRequestBytes), decoded);
            DynamoError? refusal = null;
            if (isDecoded == false
                && (refusal = checks.CheckHead(context.Request) ?? checks.Check(context.Request, body, hash, out _)) is null)
            {
                share = isLetIn
                    ? null
                    : await budget.TryTakeForRequestAsync(maxRequestBytes, context.RequestAborted).ConfigureAwait(false);
                isLetIn |= share is not null;
                refusal = isLetIn ? null : TransportFaults.RateExceeded;
                if (!isLetIn)
                {
                    checks.CountRefusal(context.Request);
                }

                decoded.Dispose();
                isDecoded = isLetIn ? TryDecode(coding, body, maxRequestBytes, decoded) : false;
            }

            reader?.AdvanceTo(body.End);
            await (refusal is not null ? replies.SendAsync(context, refusal)
                : isDecoded is null ? replies.SendAsync(context, TransportFaults.InternalServerError)
                : isDecoded.Value && (!isLetIn || JsonSize.IsWithin(decoded.WrittenSpan, budget.MaxBytes))
                    ? answer(context, null, new ReadOnlySequence<byte>(decoded.WrittenMemory), hash)
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

    /// <summary>
    /// Begins some work on a thread of its own, and goes on elsewhere: the thread ends as soon as it has no more to do, and takes with it
    /// what it has kept.
    /// </summary>
    private static async Task OnOwnThread(Func<Task> work)
    {
        Task rest = await Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously,
            TaskScheduler.Default).ConfigureAwait(false);
        await rest.ConfigureAwait(false);
    }

    /// <summary>Refuses a body for its length, as far as that is known before it is read.</summary>
    private Task RefuseTooLargeAsync(HttpContext context, long? length) =>
        length > maxRequestBytes * DrainFactor ? transport.TooLarge(context)
        : checks.IsHeadRight(context.Request) ? unread.AnswerKnownAsync(context, () => transport.TooLarge(context))
        : unread.AnswerAsync(context, () => transport.TooLarge(context));

    private Task RefuseByHeadAsync(HttpContext context, DynamoError refusal) =>
        unread.AnswerAsync(context, () => replies.SendAsync(context, refusal));

    private Task RefuseForMemoryAsync(HttpContext context)
    {
        checks.CountRefusal(context.Request);
        return unread.AnswerKnownAsync(context, () => replies.SendAsync(context, TransportFaults.RateExceeded));
    }
}
