using System.Globalization;
using System.IO.Hashing;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Http;

/// <summary>Sends answers with the headers that clients of DynamoDB expect. Thread-safe.</summary>
/// <remarks>A write into the connection copies, so a body's buffer is free again as soon as the write returns.</remarks>
public sealed class ReplyWriter(RequestIds requestIds)
{
    private const string RequestIdHeader = "x-amzn-RequestId";
    private const string ChecksumHeader = "x-amz-crc32";
    private const string CacheStatusHeader = "Cache-Status";
    private const string ExposedHeaders = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

    private static readonly StringValues ServerName = "Server";
    private static readonly StringValues AnyOrigin = "*";
    private static readonly StringValues Exposed = ExposedHeaders;

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

    /// <summary>Sends a reply of a backend.</summary>
    public Task SendAsync(HttpContext context, Operation operation, Reply reply)
    {
        if (reply is ErrorReply refusal)
        {
            return SendAsync(context, refusal.Error);
        }

        if (reply is ForwardedReply forwarded)
        {
            return forwarded.SendAsync();
        }

        Face? finished = reply switch
        {
            GetItemReply item => item.Face,
            PageReply { ConsumedCapacity: null } page => page.Face,
            _ => null,
        };
        if (finished is { } face && reply.Cache is { } known)
        {
            return SendAsync(context, face, known.With(operation.Explanation));
        }

        using PooledBuffer body = new();
        JsonReply.Write(operation, reply, body);
        if (reply.Cache is { } status)
        {
            context.Response.Headers[CacheStatusHeader] = status.With(operation.Explanation).ToString();
        }

        return SendEncodedAsync(context, StatusCodes.Status200OK, body.WrittenMemory, null);
    }

    /// <summary>Sends a refusal.</summary>
    public Task SendAsync(HttpContext context, DynamoError error)
    {
        using PooledBuffer body = new();
        JsonReply.Write(error, body);
        return SendEncodedAsync(context, error.StatusCode, body.WrittenMemory, null);
    }

    /// <summary>Sends an answer that the cache keeps finished.</summary>
    public Task SendAsync(HttpContext context, in Face face, CacheStatus status)
    {
        HttpRequest request = context.Request;
        if (face.Body.Length >= ContentCoding.MinEncodedBytes || request.Headers.Origin.Count > 0)
        {
            context.Response.Headers[CacheStatusHeader] = status.ToString();
            return SendEncodedAsync(context, StatusCodes.Status200OK, face.Body, face.Crc32);
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
        HttpResponse response = context.Response;
        IHeaderDictionary headers = response.Headers;
        response.StatusCode = statusCode;
        headers.Server = ServerName;
        headers.ContentType = ContentTypes.ForAnswerTo(context.Request.ContentType);
        headers.ContentLength = body.Length;
        headers[ChecksumHeader] = checksum ?? Crc32.HashToUInt32(body.Span).ToString(CultureInfo.InvariantCulture);
        IdOf(context);
        if (context.Request.Headers.Origin.Count > 0)
        {
            headers.AccessControlAllowOrigin = AnyOrigin;
            headers.AccessControlExposeHeaders = Exposed;
        }

        return body.IsEmpty || HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : SendBody(response, body);
    }

    private Task SendEncodedAsync(HttpContext context, int statusCode, ReadOnlyMemory<byte> body, string? checksum)
    {
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

    /// <summary>The bytes are copied before this returns, also when the client is slow to take them.</summary>
    private static Task SendBody(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        ValueTask<System.IO.Pipelines.FlushResult> flush = response.BodyWriter.WriteAsync(body);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
