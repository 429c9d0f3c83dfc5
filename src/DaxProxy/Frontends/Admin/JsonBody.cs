using System.Buffers;
using System.Text.Json;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Frontends.Admin;

/// <summary>A path of the operator's port that wants a JSON object, by POST unless it says otherwise.</summary>
/// <remarks>
/// The content type must be <c>application/json</c>: a page of another site can make a browser send a form, but not this without asking
/// first, and here no such question is answered with yes. Requests of such pages do not get this far anyway.
/// </remarks>
internal static class JsonBody
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Reads the object and answers with what is made of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="unread">What answers those whose bodies are not wanted.</param>
    /// <param name="answer">Gives the answer's body, or what is wrong with the object.</param>
    public static Task HandleAsync(
        HttpContext context, UnreadBodies unread, Func<JsonElement, (byte[]? Body, string? Fault)> answer) =>
        HandleAsync(context, unread, request =>
        {
            (byte[]? made, string? fault) = answer(request);
            return (made is null ? null : () => AdminReply.SendAsync(context, 200, AdminReply.Json, made), fault);
        });

    /// <summary>Reads the object and does what answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="unread">What answers those whose bodies are not wanted.</param>
    /// <param name="answer">Gives what sends the answer, or what is wrong with the object.</param>
    /// <param name="method">The method that the path wants.</param>
    public static async Task HandleAsync(
        HttpContext context,
        UnreadBodies unread,
        Func<JsonElement, (Func<Task>? Send, string? Fault)> answer,
        string method = "POST")
    {
        HttpRequest request = context.Request;
        if (request.Method != method)
        {
            context.Response.Headers.Allow = method;
            await unread.AnswerAsync(context, () => AdminReply.ErrorAsync(context, 405, $"use {method}")).ConfigureAwait(false);
        }
        else if (!HasJsonType(request.ContentType))
        {
            await unread.AnswerAsync(
                context, () => AdminReply.ErrorAsync(context, 400, "the content type must be application/json")).ConfigureAwait(false);
        }
        else if (request.ContentLength > MaxBodyBytes
            || await BodyReading.TryReadAsync(request.BodyReader, MaxBodyBytes, context.RequestAborted).ConfigureAwait(false)
                is not { } body)
        {
            await unread.AnswerAsync(context, () => AdminReply.ErrorAsync(context, 400, "the body is too large")).ConfigureAwait(false);
        }
        else
        {
            Func<Task>? send;
            string? fault;
            try
            {
                (send, fault) = Answer(body, answer);
            }
            finally
            {
                // What is not given back cannot be read past, and the connection could not be used again.
                request.BodyReader.AdvanceTo(body.End);
            }

            await (send?.Invoke() ?? AdminReply.ErrorAsync(context, 400, fault!)).ConfigureAwait(false);
        }
    }

    /// <summary>The text of a member; null where it has none.</summary>
    public static string? TextOf(JsonElement request, string member) =>
        request.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool HasJsonType(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals(AdminReply.Json, StringComparison.OrdinalIgnoreCase) == true;

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

    private static (Func<Task>? Send, string? Fault) Answer(
        in ReadOnlySequence<byte> body, Func<JsonElement, (Func<Task>? Send, string? Fault)> answer)
    {
        using JsonDocument? document = JsonRequest.TryParse(body);
        return document is null ? (null, "the body must be a JSON object")
            : !IsUnicode(document.RootElement) ? (null, "the body holds text that is no Unicode")
            : answer(document.RootElement);
    }
}
