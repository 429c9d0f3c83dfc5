using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The answer to Query and Scan in JSON.</summary>
public static class PageJson
{
    internal static void Write(Utf8JsonWriter writer, PageReply reply)
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

    /// <summary>The items of a body that <see cref="Write"/> made; null where it has only their count.</summary>
    public static List<Item>? ReadItems(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader reader = new(body);
        reader.Read();
        reader.Read();
        if (!reader.ValueTextEquals("Items"u8))
        {
            return null;
        }

        List<Item> items = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> json = body[start..(int)reader.BytesConsumed];
            items.Add(Item.FromJson(json, ItemSize.Of(AttributeJson.Read(json))));
        }

        return items;
    }
}
