using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Answers to single writes and to Query and Scan.</summary>
internal static class ItemReplies
{
    public static WriteReply ReadWrite(JsonElement json) => new()
    {
        Attributes = json.OptionalItem("Attributes"),
        ConsumedCapacity = ReplyMembers.ReadCapacity(json),
        ItemCollectionMetrics = json.Member("ItemCollectionMetrics") is { } collection ? ReplyMembers.ReadCollection(collection) : null,
    };

    public static PageReply ReadPage(JsonElement json)
    {
        List<Item>? items = json.Member("Items") is { } list ? ReplyMembers.ReadItems(list) : null;
        return new PageReply
        {
            Items = items,
            Count = json.Integer("Count") ?? items?.Count ?? throw new JsonException("No Count."),
            ScannedCount = json.Integer("ScannedCount") ?? throw new JsonException("No ScannedCount."),
            LastEvaluatedKey = json.Member("LastEvaluatedKey") is { } key ? ReplyMembers.ReadAttributes(key) : null,
            ConsumedCapacity = ReplyMembers.ReadCapacity(json),
        };
    }
}
