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
/// <param name="caches">The caches of all regions; empty where there are none.</param>
/// <param name="unread">What answers those whose bodies are not wanted.</param>
/// <param name="onEvicted">Told of what was done: the request, the table or null for all, the index or null.</param>
internal sealed class EvictHandler(
    IReadOnlyList<CachedBackend> caches, UnreadBodies unread, Action<HttpContext, string?, string?> onEvicted)
{
    public Task HandleAsync(HttpContext context) => JsonBody.HandleAsync(context, unread, request =>
    {
        if (Evict(request) is { } fault)
        {
            return (null, fault);
        }

        onEvicted(context, JsonBody.TextOf(request, "table"), JsonBody.TextOf(request, "index"));
        return ("{\"evicted\":true}"u8.ToArray(), null);
    });

    /// <summary>Does what the body says. Returns what is wrong with it, or null.</summary>
    private string? Evict(JsonElement request)
    {
        string[] members = [.. request.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
        bool isAll = members is ["all"] && request.GetProperty("all").ValueKind == JsonValueKind.True;
        bool isPart = members
            is ["table"] or ["key", "table"] or ["partition", "table"] or ["index", "table"] or ["index", "partition", "table"];
        string? table = isPart ? JsonBody.TextOf(request, "table") : null, index = isPart ? JsonBody.TextOf(request, "index") : null;
        if (!isAll && (table is null || (members[0] == "index" && index is null)))
        {
            return "the body must hold all (true), or table (its name) and perhaps key, partition, index, or index and partition";
        }

        if (caches.Count == 0)
        {
            return "there is no cache";
        }

        if (isAll)
        {
            foreach (CachedBackend cache in caches)
            {
                cache.EvictAll();
            }

            return null;
        }

        string? named = members.FirstOrDefault(member => member is "key" or "partition");
        (AttributeMap? key, string? fault) = named is null ? (null, null) : ReadKey(table!, request.GetProperty(named));
        return fault ?? (Evict(table!, index, key, named == "partition")
            ? null
            : "nothing is cached of a table or index of this name, or the key is not of its schema");
    }

    /// <summary>Evicts in all regions; whether it was there in one.</summary>
    private bool Evict(string table, string? index, AttributeMap? key, bool isPartition)
    {
        bool isFound = false;
        foreach (CachedBackend cache in caches)
        {
            isFound |= isPartition ? cache.EvictPartition(table, index, key!)
                : index is not null ? cache.EvictIndex(table, index)
                : cache.Evict(table, key);
        }

        return isFound;
    }

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
