using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>BatchExecuteStatement in JSON.</summary>
internal static class BatchExecuteStatementJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<BatchExecuteStatementReply>(BatchExecuteStatement.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, BatchExecuteStatementReply reply)
    {
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
        writer.WriteStartArray("Responses"u8);
        foreach (BatchExecuteStatementReply.Response response in reply.Responses)
        {
            WriteResponse(writer, response);
        }

        writer.WriteEndArray();
    }

    private static void WriteResponse(Utf8JsonWriter writer, BatchExecuteStatementReply.Response response)
    {
        writer.WriteStartObject();
        if (response.Error is not null)
        {
            writer.WriteStartObject("Error"u8);
            writer.WriteString("Code"u8, ShortCodeOf(response.Error));
            writer.WriteString("Message"u8, response.Error.Message);
            writer.WriteEndObject();
        }

        if (response.Item is not null)
        {
            writer.WritePropertyName("Item"u8);
            writer.WriteRawValue(response.Item.Json.Span, skipInputValidation: true);
        }

        if (response.TableName is not null)
        {
            writer.WriteString("TableName"u8, response.TableName);
        }

        writer.WriteEndObject();
    }

    /// <summary>Members of a batch fail with codes of their own. Source: the service model.</summary>
    private static string ShortCodeOf(DynamoError error) => error.Name switch
    {
        "ValidationException" => "ValidationError",
        "ThrottlingException" => "ThrottlingError",
        "InternalServerError" or "RequestLimitExceeded" => error.Name,
        _ => error.Name.Replace("Exception", "", StringComparison.Ordinal),
    };

    private static BatchExecuteStatement Read(JsonElement json, ValidationLayer layer)
    {
        ReturnConsumedCapacity capacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity");
        return new BatchExecuteStatement
        {
            Statements =
                [.. json.GetProperty("Statements").EnumerateArray().Select(entry => ExecuteStatementJson.Read(entry, layer, capacity))],
            ReturnConsumedCapacity = capacity,
        };
    }
}
