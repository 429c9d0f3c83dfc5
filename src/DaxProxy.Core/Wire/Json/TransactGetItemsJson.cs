using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>TransactGetItems in JSON.</summary>
internal static class TransactGetItemsJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<TransactGetItemsReply>(TransactGetItems.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, TransactGetItemsReply reply)
    {
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
        WriteResponses(writer, reply.Responses);
    }

    /// <summary>One object for each read of a transaction, empty where there is no item.</summary>
    public static void WriteResponses(Utf8JsonWriter writer, IReadOnlyList<Item?> responses)
    {
        writer.WriteStartArray("Responses"u8);
        foreach (Item? item in responses)
        {
            writer.WriteStartObject();
            if (item is not null)
            {
                writer.WritePropertyName("Item"u8);
                writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TransactGetItems Read(JsonElement json, ValidationLayer layer) => new()
    {
        Gets = [.. json.GetProperty("TransactItems").EnumerateArray().Select(entry => ReadGet(entry.GetProperty("Get"), layer))],
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
    };

    private static GetItem ReadGet(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        Key = json.Attributes("Key", layer),
        ConsistentRead = true,
        ProjectionExpression = json.Text("ProjectionExpression"),
        Expressions = json.Expressions(layer),
    };
}
