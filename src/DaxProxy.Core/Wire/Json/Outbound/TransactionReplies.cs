using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Answers to TransactGetItems and TransactWriteItems.</summary>
internal static class TransactionReplies
{
    public static TransactGetItemsReply Read(JsonElement json, TransactGetItems asked)
    {
        List<Item?> items = [.. json.GetProperty("Responses").EnumerateArray().Select(response => response.OptionalItem("Item"))];
        return items.Count == asked.Gets.Count
            ? new TransactGetItemsReply { Responses = items, ConsumedCapacity = ReplyMembers.ReadCapacities(json) }
            : throw new JsonException($"{items.Count} answers to {asked.Gets.Count} reads.");
    }

    public static TransactWriteItemsReply Read(JsonElement json) => new()
    {
        ItemCollectionMetrics = ReplyMembers.ReadCollections(json),
        ConsumedCapacity = ReplyMembers.ReadCapacities(json),
    };
}
