using System.Text;
using System.Text.Json;

namespace DaxProxy.Frontends.Admin;

/// <summary>Answers of the operator's port.</summary>
internal static class AdminReply
{
    /// <summary>The content type of statistics and errors.</summary>
    public const string Json = "application/json";

    /// <summary>Sends plain text.</summary>
    public static Task TextAsync(HttpContext context, int statusCode, string text) =>
        SendAsync(context, statusCode, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>Sends <c>{"error":…}</c>.</summary>
    public static Task ErrorAsync(HttpContext context, int statusCode, string error) =>
        SendAsync(context, statusCode, Json, Encoding.UTF8.GetBytes($$"""{"error":"{{JsonEncodedText.Encode(error)}}"}"""));

    /// <summary>Sends the same for a request that caused an internal fault (500), or that is no HTTP.</summary>
    public static Task FaultAsync(HttpContext context, int statusCode) => ErrorAsync(
        context, statusCode, statusCode >= 500 ? "internal error: the log says more" : "the request cannot be read");

    /// <summary>Sends bytes.</summary>
    public static Task SendAsync(HttpContext context, int statusCode, string contentType, byte[] body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = statusCode;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        Guard(response);
        return response.BodyWriter.WriteAsync(body).AsTask();
    }

    /// <summary>Keeps an answer out of caches and from pages of other sites.</summary>
    public static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
