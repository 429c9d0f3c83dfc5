using System.Text.Json;
using DaxProxy.Core.Items;
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
            for (int at = 0; at < table.Keys.Count; at++)
            {
                WriteKey(writer, table.Keys[at].Value!, table.Spellings?[at] ?? "");
            }

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

    /// <summary>Numbers as they were spelt: the service takes two spellings of one number for two keys.</summary>
    private static void WriteKey(Utf8JsonWriter writer, AttributeMap key, string spellings)
    {
        writer.WriteStartObject();
        foreach ((string name, AttributeValue value) in key.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            if (value.Type != AttributeType.N || spellings.Length == 0)
            {
                AttributeJson.Write(writer, value);
                continue;
            }

            // The entries are sorted by name as we go, and no number has a line break in it.
            string rest = spellings[(name.Length + 1)..];
            int end = rest.IndexOf('\n', StringComparison.Ordinal);
            writer.WriteStartObject();
            writer.WriteString("N"u8, end < 0 ? rest : rest[..end]);
            writer.WriteEndObject();
            spellings = end < 0 ? "" : rest[(end + 1)..];
        }

        writer.WriteEndObject();
    }
}
