using System.Buffers;
using System.Text.Json;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Frontends.Admin;

/// <summary>A path of the operator's port that wants a JSON object by POST.</summary>
/// <remarks>
/// The content type must be <c>application/json</c>: a page of another site can make a browser send a form, but not this without asking
/// first, and here no such question is answered with yes. Requests of such pages do not get this far anyway.
/// </remarks>
internal static class JsonPost
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Reads the object and answers with what is made of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Gives the answer's body, or what is wrong with the object.</param>
    public static Task HandleAsync(HttpContext context, Func<JsonElement, (byte[]? Body, string? Fault)> answer) =>
        HandleAsync(context, request =>
        {
            (byte[]? made, string? fault) = answer(request);
            return (made is null ? null : () => AdminReply.SendAsync(context, 200, AdminReply.Json, made), fault);
        });

    /// <summary>Reads the object and does what answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Gives what sends the answer, or what is wrong with the object.</param>
    public static async Task HandleAsync(HttpContext context, Func<JsonElement, (Func<Task>? Send, string? Fault)> answer)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await AdminReply.ErrorAsync(context, 405, "use POST").ConfigureAwait(false);
        }
        else if (!HasJsonType(request.ContentType))
        {
            await AdminReply.ErrorAsync(context, 400, "the content type must be application/json").ConfigureAwait(false);
        }
        else if (await ReadAsync(request).ConfigureAwait(false) is not { } body)
        {
            // The rest of it is not read past: every connection that is would hold what its client goes on to send.
            HttpGuard.CloseAfter(context);
            await AdminReply.ErrorAsync(context, 400, "the body is too large").ConfigureAwait(false);
        }
        else
        {
            (Func<Task>? send, string? fault) = Answer(body, answer);
            await (send?.Invoke() ?? AdminReply.ErrorAsync(context, 400, fault!)).ConfigureAwait(false);
        }
    }

    /// <summary>The text of a member; null where it has none.</summary>
    public static string? TextOf(JsonElement request, string member) =>
        request.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool HasJsonType(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals(AdminReply.Json, StringComparison.OrdinalIgnoreCase) == true;

    private static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        using MemoryStream body = new();
        byte[] chunk = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted).ConfigureAwait(false)) > 0)
        {
            body.Write(chunk, 0, read);
            if (body.Length > MaxBodyBytes)
            {
                return null;
            }
        }

        return body.ToArray();
    }

    /// <summary>Whether no text has half a surrogate pair or bytes that are no UTF-8: only reading it shows it.</summary>
    private static bool IsUnicode(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(member => member.Name is not null && IsUnicode(member.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(IsUnicode),
                JsonValueKind.String => element.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static (Func<Task>? Send, string? Fault) Answer(byte[] body, Func<JsonElement, (Func<Task>? Send, string? Fault)> answer)
    {
        using JsonDocument? document = JsonRequest.TryParse(new ReadOnlySequence<byte>(body));
        return document is null ? (null, "the body must be a JSON object")
            : !IsUnicode(document.RootElement) ? (null, "the body holds text that is no Unicode")
            : answer(document.RootElement);
    }
}
