using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>BatchWriteItem in JSON.</summary>
internal static class BatchWriteItemJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<BatchWriteItemReply>(BatchWriteItem.Definition, Read, Write) with { PreCheck = CheckRequestItems };

    private static void Write(Utf8JsonWriter writer, BatchWriteItemReply reply)
    {
        writer.WriteStartObject("UnprocessedItems"u8);
        foreach (IGrouping<string, BatchWriteItem.WriteRequest> table in reply.UnprocessedItems.GroupBy(write => write.TableName))
        {
            writer.WriteStartArray(table.Key);
            foreach (BatchWriteItem.WriteRequest write in table)
            {
                WriteRequest(writer, write);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        WriteJson.WriteMetrics(writer, reply.ItemCollectionMetrics);
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
    }

    public static void WriteRequest(Utf8JsonWriter writer, BatchWriteItem.WriteRequest write)
    {
        writer.WriteStartObject();
        writer.WriteStartObject(write.Item is null ? "DeleteRequest"u8 : "PutRequest"u8);
        writer.WritePropertyName(write.Item is null ? "Key"u8 : "Item"u8);
        AttributeJson.Write(writer, (write.Item ?? write.Key)!.Value.Value!);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static DynamoError? CheckRequestItems(JsonElement json, ValidationLayer layer) =>
        BatchJson.CheckRequestItems(json, nameof(BatchWriteItem), layer);

    private static BatchWriteItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        Writes =
        [
            .. json.GetProperty("RequestItems").EnumerateObject().SelectMany(table =>
                table.Value.EnumerateArray().Select(write => ReadWrite(JsonMembers.PlainTableName(table.Name), write, layer))),
        ],
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        ReturnItemCollectionMetrics = json.Text("ReturnItemCollectionMetrics") == "SIZE",
    };

    public static BatchWriteItem.WriteRequest ReadWrite(string tableName, JsonElement write, ValidationLayer layer) => new()
    {
        TableName = tableName,
        Item = write.Member("PutRequest")?.OptionalAttributes("Item", layer),
        Key = write.Member("DeleteRequest")?.OptionalAttributes("Key", layer),
    };
}
