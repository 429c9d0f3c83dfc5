using System.Buffers;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// <c>POST /api/evict</c> with <c>{"all":true}</c>, <c>{"table":"T"}</c>, <c>{"table":"T","key":{"pk":{"S":"x"},"sk":{"N":"1"}}}</c>,
/// <c>{"table":"T","partition":{"pk":{"S":"x"}}}</c>, <c>{"table":"T","index":"i"}</c> or the last two together; answers
/// <c>{"evicted":true}</c>.
/// </summary>
/// <remarks>
/// The content type must be <c>application/json</c>: a page of another site can make a browser send a form, but not this without asking
/// first, and here no such question is answered with yes. Requests of such pages do not get this far anyway.
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
            // The rest of it is not read past: every connection that is would hold what its client goes on to send.
            HttpGuard.CloseAfter(context);
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
            using JsonDocument? document = JsonRequest.TryParse(new ReadOnlySequence<byte>(body));
            return document is null ? "the body must be a JSON object" : Evict(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair, or with bytes that are no UTF-8: only reading it shows it.
            return "the body holds text that is no Unicode";
        }
    }

    private string? Evict(JsonElement request)
    {
        string[] members = [.. request.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
        bool isAll = members is ["all"] && request.GetProperty("all").ValueKind == JsonValueKind.True;
        bool isPart = members
            is ["table"] or ["key", "table"] or ["partition", "table"] or ["index", "table"] or ["index", "partition", "table"];
        string? table = isPart ? TextOf(request, "table") : null, index = isPart ? TextOf(request, "index") : null;
        if (!isAll && (table is null || (members[0] == "index" && index is null)))
        {
            return "the body must hold all (true), or table (its name) and perhaps key, partition, index, or index and partition";
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

        string? named = members.FirstOrDefault(member => member is "key" or "partition");
        (AttributeMap? key, string? fault) = named is null ? (null, null) : ReadKey(table!, request.GetProperty(named));
        return fault ?? (Evict(table!, index, key, named == "partition")
            ? null
            : "nothing is cached of a table or index of this name, or the key is not of its schema");
    }

    private bool Evict(string table, string? index, AttributeMap? key, bool isPartition) =>
        isPartition ? cache!.EvictPartition(table, index, key!)
        : index is not null ? cache!.EvictIndex(table, index)
        : cache!.Evict(table, key);

    private static string? TextOf(JsonElement request, string member) =>
        request.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Reads a key as a GetItem would, with the same checks.</summary>
    private static (AttributeMap? Key, string? Fault) ReadKey(string table, JsonElement key)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"TableName":"{{JsonEncodedText.Encode(table)}}","Key":{{key.GetRawText()}}}""");
        using JsonDocument document = JsonRequest.TryParse(new ReadOnlySequence<byte>(body))!;
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810.GetItem", document.RootElement, ValidationProfile.October2026, out Operation? operation);
        return error is null ? (((GetItem)operation!).Key.Value, null) : (null, error.Message ?? error.Name);
    }
}
