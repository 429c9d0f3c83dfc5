using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ExecuteTransaction in JSON.</summary>
internal static class ExecuteTransactionJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<ExecuteTransactionReply>(ExecuteTransaction.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, ExecuteTransactionReply reply)
    {
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
        TransactGetItemsJson.WriteResponses(writer, reply.Responses);
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
