using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>BatchGetItem and BatchWriteItem.</summary>
internal static class BatchRequests
{
    public static void Write(Utf8JsonWriter writer, BatchGetItem batch)
    {
        writer.WriteStartObject("RequestItems"u8);
        foreach (BatchGetItem.KeysAndAttributes table in batch.Tables)
        {
            ExpressionText made = new();
            writer.WriteStartObject(table.TableName);
            writer.WriteStartArray("Keys"u8);
            BatchGetItemJson.WriteKeys(writer, table);
            writer.WriteEndArray();
            writer.WriteFlag("ConsistentRead"u8, table.ConsistentRead);
            writer.WriteProjection(table.ProjectionExpression, table.AttributesToGet, table.Projection, made);
            writer.WriteTexts("AttributesToGet"u8, table.AttributesToGet);
            writer.WriteReferences(table.Expressions, made);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteChoice("ReturnConsumedCapacity"u8, batch.ReturnConsumedCapacity);
    }

    public static void Write(Utf8JsonWriter writer, BatchWriteItem batch)
    {
        writer.WriteStartObject("RequestItems"u8);
        foreach (IGrouping<string, BatchWriteItem.WriteRequest> table in batch.Writes.GroupBy(write => write.TableName))
        {
            writer.WriteStartArray(table.Key);
            foreach (BatchWriteItem.WriteRequest write in table)
            {
                BatchWriteItemJson.WriteRequest(writer, write);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteChoice("ReturnConsumedCapacity"u8, batch.ReturnConsumedCapacity);
        writer.WriteText("ReturnItemCollectionMetrics"u8, batch.ReturnItemCollectionMetrics ? "SIZE" : null);
    }
}
