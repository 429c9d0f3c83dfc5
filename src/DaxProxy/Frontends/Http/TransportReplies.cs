using System.Globalization;
using System.IO.Hashing;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Options;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Http;

/// <summary>The answers that are no JSON: to requests that never become an operation. Thread-safe.</summary>
/// <remarks>Source: recorded answers of the service.</remarks>
internal sealed class TransportReplies
{
    private static readonly byte[] UnknownOperation = "<UnknownOperationException/>\n"u8.ToArray();
    private static readonly string UnknownOperationChecksum = ChecksumOf(UnknownOperation);

    private readonly ReplyWriter replies;
    private readonly OriginRules origins;
    private readonly byte[] health;
    private readonly string healthChecksum;
    private readonly byte[] streamsHealth;
    private readonly string streamsHealthChecksum;

    public TransportReplies(ReplyWriter replies, OriginRules origins, string region)
    {
        this.origins = origins;
        this.replies = replies;
        health = Encoding.ASCII.GetBytes($"healthy: dynamodb.{region}.amazonaws.com ");
        healthChecksum = ChecksumOf(health);
        streamsHealth = Encoding.ASCII.GetBytes($"healthy: streams.dynamodb.{region}.amazonaws.com ");
        streamsHealthChecksum = ChecksumOf(streamsHealth);
    }

    /// <summary>Answers the health check, the preflight of a browser, and everything that is not there.</summary>
    public Task AnswerOtherThanPost(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsOptions(request.Method) && origins.LetsRead(request))
        {
            return Preflight(context);
        }

        return HttpMethods.IsGet(request.Method) && request.Path.Value is "/" ? Health(context) : NotFound(context);
    }

    /// <summary>Each service answers with its own name; we are the one that was asked.</summary>
    private Task Health(HttpContext context) => context.Request.Host.Host.StartsWith("streams.", StringComparison.OrdinalIgnoreCase)
        ? replies.SendAsync(context, StatusCodes.Status200OK, streamsHealth, streamsHealthChecksum)
        : replies.SendAsync(context, StatusCodes.Status200OK, health, healthChecksum);

    /// <summary>Nothing is there, or not in this content type.</summary>
    public Task NotFound(HttpContext context) =>
        replies.SendAsync(context, StatusCodes.Status404NotFound, UnknownOperation, UnknownOperationChecksum);

    /// <summary>The body is longer than the limit. What the client still sends is not worth reading, so the connection ends.</summary>
    public Task TooLarge(HttpContext context)
    {
        HttpGuard.CloseAfter(context);
        return replies.SendAsync(context, StatusCodes.Status413PayloadTooLarge, default);
    }

    /// <summary>A request that caused an internal fault, or that is no HTTP.</summary>
    /// <param name="context">The request.</param>
    /// <param name="statusCode">500, or what is wrong with the HTTP.</param>
    public Task Fault(HttpContext context, int statusCode) => statusCode switch
    {
        StatusCodes.Status500InternalServerError => replies.SendAsync(context, TransportFaults.InternalServerError),
        StatusCodes.Status400BadRequest => replies.SendAsync(context, TransportFaults.NotJson),
        _ => replies.SendAsync(context, statusCode, default),
    };

    private Task Preflight(HttpContext context)
    {
        IHeaderDictionary asked = context.Request.Headers;
        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlMaxAge = "172800";
        Echo(asked.AccessControlRequestHeaders, value => headers.AccessControlAllowHeaders = value);
        Echo(asked.AccessControlRequestMethod, value => headers.AccessControlAllowMethods = value);
        return replies.SendAsync(context, StatusCodes.Status200OK, default);
    }

    private static void Echo(StringValues asked, Action<StringValues> answer)
    {
        if (asked.Count > 0)
        {
            answer(asked);
        }
    }

    private static string ChecksumOf(byte[] body) => Crc32.HashToUInt32(body).ToString(CultureInfo.InvariantCulture);
}
