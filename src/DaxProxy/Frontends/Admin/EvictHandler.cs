using System.Text;
using System.Text.Json;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// <c>POST /api/evict</c> with <c>{"all":true}</c>, <c>{"table":"T"}</c> or <c>{"table":"T","key":{"pk":{"S":"x"}}}</c>; answers
/// <c>{"evicted":true}</c>.
/// </summary>
/// <remarks>
/// The content type must be <c>application/json</c>: a page of another site can make a browser send a form, but not this without asking
/// first, and nobody here answers the question.
/// </remarks>
internal sealed class EvictHandler(CachedBackend? cache)
{
    private const int MaxBodyBytes = 64 * 1024;

    public async Task HandleAsync(HttpContext context)
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
            await AdminReply.ErrorAsync(context, 400, "the body is too large").ConfigureAwait(false);
        }
        else
        {
            string? fault = Evict(body);
            await (fault is null
                ? AdminReply.SendAsync(context, 200, AdminReply.Json, Encoding.UTF8.GetBytes("{\"evicted\":true}"))
                : AdminReply.ErrorAsync(context, 400, fault)).ConfigureAwait(false);
        }
    }

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

    /// <summary>Does what the body says. Returns what is wrong with it, or null.</summary>
    private string? Evict(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Evict(document.RootElement)
                : "the body must be a JSON object";
        }
        catch (JsonException)
        {
            return "the body is no JSON";
        }
    }

    private string? Evict(JsonElement request)
    {
        string[] members = [.. request.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
        bool isAll = members is ["all"] && request.GetProperty("all").ValueKind == JsonValueKind.True;
        bool isTable = members is ["table"] or ["key", "table"] && request.GetProperty("table").ValueKind == JsonValueKind.String;
        if (!isAll && !isTable)
        {
            return "the body must hold all (true), or table (its name), or table and key";
        }

        if (cache is null)
        {
            return "there is no cache";
        }

        if (isAll)
        {
            cache.EvictAll();
            return null;
        }

        string table = request.GetProperty("table").GetString()!;
        if (members.Length == 1)
        {
            return cache.Evict(table) ? null : "nothing is cached of a table of this name";
        }

        (AttributeMap? key, string? fault) = ReadKey(table, request.GetProperty("key"));
        return key is null ? fault
            : cache.Evict(table, key) ? null
            : "nothing is cached of a table of this name, or the key is not of its schema";
    }

    /// <summary>Reads a key as a GetItem would, with the same checks.</summary>
    private static (AttributeMap? Key, string? Fault) ReadKey(string table, JsonElement key)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["TableName"] = table, ["Key"] = key });
        using JsonDocument document = JsonDocument.Parse(body);
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810.GetItem", document.RootElement, ValidationProfile.October2026, out Operation? operation);
        return error is null ? (((GetItem)operation!).Key.Value, null) : (null, error.Message ?? error.Name);
    }
}
