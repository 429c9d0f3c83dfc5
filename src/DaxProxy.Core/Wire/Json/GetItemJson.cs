using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>GetItem in JSON.</summary>
internal static class GetItemJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<GetItemReply>(GetItem.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, GetItemReply reply)
    {
        if (reply.Item is not null)
        {
            writer.WritePropertyName("Item"u8);
            writer.WriteRawValue(reply.Item.Json.Span, skipInputValidation: true);
        }

        CapacityJson.Write(writer, reply.ConsumedCapacity);
    }

    private static GetItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        Key = json.Attributes("Key", layer),
        ConsistentRead = json.Flag("ConsistentRead"),
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        ProjectionExpression = json.Text("ProjectionExpression"),
        AttributesToGet = json.AttributesToGet(),
        Expressions = json.Expressions(layer),
    };
}
