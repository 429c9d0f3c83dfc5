using System.Globalization;
using System.IO.Hashing;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Http;

/// <summary>Sends answers with the headers that clients of DynamoDB expect. Thread-safe.</summary>
/// <remarks>
/// A write into the connection copies, so the buffer of a small body is free again as soon as the write returns. A large body is sent in
/// pieces, so that the part which a slow client has not read yet is not held twice. It keeps its share of the memory until the last piece
/// has been read.
/// </remarks>
/// <param name="requestIds">Ids for answers.</param>
/// <param name="origins">What web pages may read.</param>
/// <param name="answers">The memory that large answers may take.</param>
internal sealed class ReplyWriter(RequestIds requestIds, OriginRules origins, InFlightBudget answers)
{
    /// <summary>How much of a large answer is given to the connection at once.</summary>
    private const int PieceBytes = 32 * 1024;

    private const string RequestIdHeader = "x-amzn-RequestId";
    private const string ChecksumHeader = "x-amz-crc32";
    private const string CacheStatusHeader = "Cache-Status";

    private static readonly StringValues ServerName = "Server";

    /// <summary>The id of this request's answer, which is made when it is first asked for.</summary>
    public string IdOf(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (headers.TryGetValue(RequestIdHeader, out StringValues given))
        {
            return given.ToString();
        }

        string id = requestIds.Next();
        headers[RequestIdHeader] = id;
        return id;
    }

    /// <summary>The id that this request's answer has; null as long as it has none.</summary>
    public static string? KnownIdOf(HttpContext context) =>
        context.Response.Headers.TryGetValue(RequestIdHeader, out StringValues id) ? id.ToString() : null;

    /// <summary>Sends a reply of a backend.</summary>
    /// <param name="context">The request.</param>
    /// <param name="operation">What was asked for.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="isLetIn">Whether the caller holds a share of the memory for it until it has been sent.</param>
    public Task SendAsync(HttpContext context, Operation operation, Reply reply, bool isLetIn = false)
    {
        if (reply is ErrorReply refusal)
        {
            Mark(context, reply);
            return SendAsync(context, refusal.Error, isLetIn);
        }

        if (reply is ForwardedReply forwarded)
        {
            AddCommonHeaders(context);
            Mark(context, reply);
            return forwarded.SendAsync();
        }

        if (reply is LostReply lost)
        {
            context.Abort();
            return (lost.Unsent as ForwardedReply)?.SendAsync() ?? Task.CompletedTask;
        }

        Face? finished = reply switch
        {
            GetItemReply item => item.Face,
            PageReply { ConsumedCapacity: null } page => page.Face,
            _ => null,
        };
        if (finished is { } face && reply.Cache is { } known)
        {
            return SendAsync(context, face, known.With(operation.Explanation), isLetIn);
        }

        PooledBuffer body = new();
        try
        {
            if (reply.ItemBytes > InFlightBudget.SmallBytes)
            {
                // All at once: arrays that are outgrown would be kept beside the last one.
                body.GetMemory((int)reply.ItemBytes + InFlightBudget.SmallBytes);
            }

            JsonReply.Write(operation, reply, body);
            if (reply.Cache is { } status)
            {
                context.Response.Headers[CacheStatusHeader] = status.With(operation.Explanation).ToString();
            }

            if (body.WrittenSpan.Length <= InFlightBudget.SmallBytes)
            {
                return SendEncodedAsync(context, StatusCodes.Status200OK, body.WrittenMemory, null);
            }

            PooledBuffer large = body;
            body = new PooledBuffer();
            return SendLargeAsync(context, StatusCodes.Status200OK, large.WrittenMemory, null, large, reply is GetItemReply, isLetIn);
        }
        finally
        {
            body.Dispose();
        }
    }

    /// <summary>Sends a refusal.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What it is refused with.</param>
    /// <param name="isLetIn">Whether the caller holds a share of the memory for it until it has been sent.</param>
    public Task SendAsync(HttpContext context, DynamoError error, bool isLetIn = false)
    {
        ObservedRequest.Current?.NoteError(error);
        PooledBuffer body = new();
        try
        {
            JsonReply.Write(error, body);
            if (body.WrittenSpan.Length <= InFlightBudget.SmallBytes)
            {
                return SendEncodedAsync(context, error.StatusCode, body.WrittenMemory, null);
            }

            // It repeats a long part of the request, or has the item that a condition failed on.
            PooledBuffer large = body;
            body = new PooledBuffer();
            return SendLargeAsync(context, error.StatusCode, large.WrittenMemory, null, large, isRead: false, isLetIn);
        }
        finally
        {
            body.Dispose();
        }
    }

    /// <summary>Sends an answer that the cache keeps finished.</summary>
    /// <param name="context">The request.</param>
    /// <param name="face">The answer.</param>
    /// <param name="status">What to say of it.</param>
    /// <param name="isLetIn">Whether the caller holds a share of the memory for it until it has been sent.</param>
    public Task SendAsync(HttpContext context, in Face face, CacheStatus status, bool isLetIn = false)
    {
        HttpRequest request = context.Request;
        if (face.Body.Length >= ContentCoding.MinEncodedBytes || request.Headers.Origin.Count > 0)
        {
            context.Response.Headers[CacheStatusHeader] = status.ToString();
            return SendEncodedAsync(context, StatusCodes.Status200OK, face.Body, face.Crc32, isLetIn);
        }

        // What nearly every hit is, without a question more: the id is new, the status 200 already, the verb POST.
        HttpResponse response = context.Response;
        IHeaderDictionary headers = response.Headers;
        headers.Server = ServerName;
        headers.ContentType = ContentTypes.ForAnswerTo(request.ContentType);
        headers.ContentLength = face.Body.Length;
        headers[ChecksumHeader] = face.Crc32;
        headers[CacheStatusHeader] = status.ToString();
        headers[RequestIdHeader] = requestIds.Next();
        return SendBody(response, face.Body);
    }

    /// <summary>Sends a body as it is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="body">The bytes; free again when this returns.</param>
    /// <param name="checksum">Their CRC, when it is known already.</param>
    public Task SendAsync(HttpContext context, int statusCode, ReadOnlyMemory<byte> body, string? checksum = null)
    {
        WriteHead(context, statusCode, body, checksum);
        return body.IsEmpty || HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : SendBody(context.Response, body);
    }

    private void WriteHead(HttpContext context, int statusCode, ReadOnlyMemory<byte> body, string? checksum)
    {
        HttpResponse response = context.Response;
        IHeaderDictionary headers = response.Headers;
        response.StatusCode = statusCode;
        headers.ContentType = ContentTypes.ForAnswerTo(context.Request.ContentType);
        headers.ContentLength = body.Length;
        headers[ChecksumHeader] = checksum ?? Crc32.HashToUInt32(body.Span).ToString(CultureInfo.InvariantCulture);
        AddCommonHeaders(context);
    }

    /// <summary>Says of an answer that otherwise says nothing of the cache that it has a fault on purpose.</summary>
    private static void Mark(HttpContext context, Reply reply)
    {
        if (reply.Cache is { IsSimulated: true } status)
        {
            context.Response.Headers[CacheStatusHeader] = status.ToString();
        }
    }

    /// <summary>What every answer has, also one that a backend gave and that is passed on.</summary>
    private void AddCommonHeaders(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.Server = ServerName;
        IdOf(context);
        origins.SetHeaders(context);
    }

    private Task SendEncodedAsync(HttpContext context, int statusCode, ReadOnlyMemory<byte> body, string? checksum, bool isLetIn = false)
    {
        if (body.Length > InFlightBudget.SmallBytes)
        {
            return SendLargeAsync(context, statusCode, body, checksum, null, isRead: true, isLetIn);
        }

        if (body.Length < ContentCoding.MinEncodedBytes
            || ContentCoding.Choose(context.Request.Headers.AcceptEncoding) is not { } coding)
        {
            return SendAsync(context, statusCode, body, checksum);
        }

        using PooledBuffer encoded = new();
        ContentCoding.Encode(coding, body.Span, encoded);
        context.Response.Headers.ContentEncoding = coding;
        return SendAsync(context, statusCode, encoded.WrittenMemory);
    }

    /// <summary>Sends a large answer as fast as the client takes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="checksum">Their CRC, when it is known already.</param>
    /// <param name="owned">What to dispose in the end; null where the bytes are another's.</param>
    /// <param name="isRead">Whether the client may be told to ask again; of a write it has to know that it was made.</param>
    /// <param name="isLetIn">Whether the caller holds a share of the memory for it.</param>
    private async Task SendLargeAsync(
        HttpContext context,
        int statusCode,
        ReadOnlyMemory<byte> body,
        string? checksum,
        PooledBuffer? owned,
        bool isRead,
        bool isLetIn)
    {
        using PooledBuffer? rendered = owned;
        using InFlightShare? share = await TakeShareAsync(context, body.Length, isLetIn, isOwned: owned is not null).ConfigureAwait(false);
        if (share is null && isRead && !isLetIn)
        {
            context.Response.Headers.Remove(CacheStatusHeader);
            await SendAsync(context, TransportFaults.RateExceeded).ConfigureAwait(false);
            return;
        }

        using PooledBuffer encoded = new();
        if (ContentCoding.Choose(context.Request.Headers.AcceptEncoding) is { } coding)
        {
            ContentCoding.Encode(coding, body.Span, encoded);
            context.Response.Headers.ContentEncoding = coding;
            (body, checksum) = (encoded.WrittenMemory, null);
            rendered?.Dispose();
        }

        using CancellationTokenSource late = answers.TimeLimit(body.Length);
        using CancellationTokenRegistration onLate = late.Token.UnsafeRegister(static slow => ((HttpContext)slow!).Abort(), context);
        WriteHead(context, statusCode, body, checksum);
        for (int at = 0; at < body.Length && !context.RequestAborted.IsCancellationRequested; at += PieceBytes)
        {
            await context.Response.BodyWriter.WriteAsync(body.Slice(at, Math.Min(PieceBytes, body.Length - at)), context.RequestAborted)
                .ConfigureAwait(false);
        }
    }

    /// <summary>What was made for this client alone takes memory while it waits.</summary>
    private ValueTask<InFlightShare?> TakeShareAsync(HttpContext context, long bytes, bool isLetIn, bool isOwned) =>
        isLetIn ? default
        : isOwned ? answers.TryTakeForHeldAsync(bytes, context.RequestAborted)
        : answers.TryTakeAsync(bytes, context.RequestAborted);

    /// <summary>The bytes are copied before this returns, also when the client is slow to take them.</summary>
    private static Task SendBody(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        ValueTask<System.IO.Pipelines.FlushResult> flush = response.BodyWriter.WriteAsync(body);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
