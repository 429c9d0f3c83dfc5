using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ExecuteTransaction in JSON.</summary>
internal static class ExecuteTransactionJson
{
    public static JsonVerb Verb { get; } = new(nameof(ExecuteTransaction), Read);

    public static void Write(Utf8JsonWriter writer, ExecuteTransactionReply reply)
    {
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
        writer.WriteStartArray("Responses"u8);
        foreach (Item? item in reply.Responses)
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

    private static ExecuteTransaction Read(JsonElement json, ValidationLayer layer) => new()
    {
        Statements =
        [
            .. json.GetProperty("TransactStatements").EnumerateArray()
                .Select(entry => ExecuteStatementJson.Read(entry, layer, ReturnConsumedCapacity.NONE)),
        ],
        ClientRequestToken = json.Text("ClientRequestToken"),
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
    };
}
