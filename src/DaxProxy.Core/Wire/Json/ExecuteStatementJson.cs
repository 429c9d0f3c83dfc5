using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ExecuteStatement in JSON.</summary>
internal static class ExecuteStatementJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<ExecuteStatementReply>(ExecuteStatement.Definition, (json, layer) => Read(json, layer), Write);

    private static void Write(Utf8JsonWriter writer, ExecuteStatementReply reply)
    {
        CapacityJson.Write(writer, reply.ConsumedCapacity);
        writer.WriteStartArray("Items"u8);
        foreach (Item item in reply.Items)
        {
            writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        if (reply.LastEvaluatedKey is not null)
        {
            writer.WritePropertyName("LastEvaluatedKey"u8);
            AttributeJson.Write(writer, reply.LastEvaluatedKey);
        }

        if (reply.NextToken is not null)
        {
            writer.WriteString("NextToken"u8, reply.NextToken);
        }
    }

    /// <summary>Reads a request, or a member of a batch or transaction, whose capacity is reported as the whole one's.</summary>
    public static ExecuteStatement Read(JsonElement json, ValidationLayer layer, ReturnConsumedCapacity? capacity = null) => new()
    {
        Statement = json.Text("Statement")!,
        Parameters = json.Member("Parameters") is { } parameters
            ? [.. parameters.EnumerateArray().Select(parameter => AttributeReader.Read(parameter, layer))]
            : [],
        ConsistentRead = json.Flag("ConsistentRead"),
        NextToken = json.Text("NextToken"),
        Limit = json.Integer("Limit"),
        ReturnItemOnConditionFailure = json.Text("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
        ReturnConsumedCapacity = capacity ?? json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
    };
}
