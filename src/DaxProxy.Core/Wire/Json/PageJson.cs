using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The answer to Query and Scan in JSON.</summary>
internal static class PageJson
{
    public static void Write(Utf8JsonWriter writer, PageReply reply)
    {
        if (reply.Items is not null)
        {
            writer.WriteStartArray("Items"u8);
            foreach (Item item in reply.Items)
            {
                writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
        }

        writer.WriteNumber("Count"u8, reply.Count);
        writer.WriteNumber("ScannedCount"u8, reply.ScannedCount);
        if (reply.LastEvaluatedKey is not null)
        {
            writer.WritePropertyName("LastEvaluatedKey"u8);
            AttributeJson.Write(writer, reply.LastEvaluatedKey);
        }

        CapacityJson.Write(writer, reply.ConsumedCapacity);
    }
}
