using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Answers to BatchGetItem and BatchWriteItem.</summary>
internal static class BatchReplies
{
    public static BatchGetItemReply Read(JsonElement json, BatchGetItem asked) => new()
    {
        Responses =
        [
            .. json.GetProperty("Responses").EnumerateObject()
                .Select(table => new KeyValuePair<string, IReadOnlyList<Item>>(
                    AskedName(table, asked.TableNames), ReplyMembers.ReadItems(table.Value))),
        ],
        UnprocessedKeys = json.Member("UnprocessedKeys") is { } tables
            ? [.. tables.EnumerateObject().Select(table => ReadUnprocessed(table, asked))]
            : [],
        ConsumedCapacity = ReplyMembers.ReadCapacities(json),
    };

    public static BatchWriteItemReply Read(JsonElement json, BatchWriteItem asked) => new()
    {
        UnprocessedItems = json.Member("UnprocessedItems") is { } tables
            ?
            [
                .. tables.EnumerateObject().SelectMany(
                    table => table.Value.EnumerateArray()
                        .Select(write => ReadUnprocessed(AskedName(table, asked.TableNames), write))),
            ]
            : [],
        ItemCollectionMetrics = ReplyMembers.ReadCollections(json),
        ConsumedCapacity = ReplyMembers.ReadCapacities(json),
    };

    /// <summary>Name of one of the tables that something was asked of.</summary>
    private static string AskedName(JsonProperty table, IReadOnlyList<string> asked) =>
        asked.Contains(table.Name) ? table.Name : throw new JsonException($"Nothing was asked of {table.Name}.");

    private static BatchWriteItem.WriteRequest ReadUnprocessed(string table, JsonElement json)
    {
        BatchWriteItem.WriteRequest write = BatchWriteItemJson.ReadWrite(table, json, ValidationLayer.Older);
        return (write.Item ?? write.Key)?.Value is not null ? write : throw new JsonException("Neither an item nor a key.");
    }

    /// <summary>The keys are the backend's to say; everything else about them is what was asked.</summary>
    private static BatchGetItem.KeysAndAttributes ReadUnprocessed(JsonProperty table, BatchGetItem asked)
    {
        Decoded<AttributeMap>[] keys =
            [.. table.Value.GetProperty("Keys").EnumerateArray().Select(key => (Decoded<AttributeMap>)ReplyMembers.ReadAttributes(key))];
        string[] spellings = [.. table.Value.GetProperty("Keys").EnumerateArray().Select(BatchGetItemJson.SpellingOf)];
        return asked.Tables.FirstOrDefault(wanted => wanted.TableName == table.Name)?.ForKeys(keys, spellings)
            ?? throw new JsonException($"Nothing was asked of {table.Name}.");
    }
}
