using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The answer to PutItem, UpdateItem and DeleteItem in JSON.</summary>
internal static class WriteJson
{
    public static void Write(Utf8JsonWriter writer, WriteReply reply)
    {
        if (reply.Attributes is not null)
        {
            writer.WritePropertyName("Attributes"u8);
            writer.WriteRawValue(reply.Attributes.Json.Span, skipInputValidation: true);
        }

        CapacityJson.Write(writer, reply.ConsumedCapacity);
        if (reply.ItemCollectionMetrics is not null)
        {
            writer.WritePropertyName("ItemCollectionMetrics"u8);
            WriteMetrics(writer, reply.ItemCollectionMetrics);
        }
    }

    /// <summary>The collections of batches and transactions: lists by table.</summary>
    public static void WriteMetrics(
        Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? tables)
    {
        if (tables is null)
        {
            return;
        }

        writer.WriteStartObject("ItemCollectionMetrics"u8);
        foreach ((string table, IReadOnlyList<ItemCollectionMetrics> collections) in tables)
        {
            writer.WriteStartArray(table);
            foreach (ItemCollectionMetrics metrics in collections)
            {
                WriteMetrics(writer, metrics);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter writer, ItemCollectionMetrics metrics)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("ItemCollectionKey"u8);
        AttributeJson.Write(writer, metrics.ItemCollectionKey);
        writer.WriteStartArray("SizeEstimateRangeGB"u8);
        writer.WriteNumberValue(metrics.LowerGigabytes);
        writer.WriteNumberValue(metrics.UpperGigabytes);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
