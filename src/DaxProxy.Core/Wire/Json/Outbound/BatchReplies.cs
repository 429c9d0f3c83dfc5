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
                .Select(table => new KeyValuePair<string, IReadOnlyList<Item>>(table.Name, ReplyMembers.ReadItems(table.Value))),
        ],
        UnprocessedKeys = json.Member("UnprocessedKeys") is { } tables
            ? [.. tables.EnumerateObject().Select(table => ReadUnprocessed(table, asked))]
            : [],
        ConsumedCapacity = ReplyMembers.ReadCapacities(json),
    };

    public static BatchWriteItemReply Read(JsonElement json) => new()
    {
        UnprocessedItems = json.Member("UnprocessedItems") is { } tables
            ?
            [
                .. tables.EnumerateObject().SelectMany(
                    table => table.Value.EnumerateArray()
                        .Select(write => BatchWriteItemJson.ReadWrite(table.Name, write, ValidationLayer.Older))),
            ]
            : [],
        ItemCollectionMetrics = ReplyMembers.ReadCollections(json),
        ConsumedCapacity = ReplyMembers.ReadCapacities(json),
    };

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
