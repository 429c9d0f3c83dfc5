using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DeleteItem in JSON.</summary>
internal static class DeleteItemJson
{
    public static JsonVerb Verb { get; } = new(nameof(DeleteItem), Read) { Unsupported = ["Expected", "ConditionalOperator"] };

    private static DeleteItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        Key = json.Attributes("Key", layer),
        ConditionExpression = json.Text("ConditionExpression"),
        Expressions = json.Expressions(layer),
        ReturnValues = json.Choice<ReturnValues>("ReturnValues"),
        ReturnItemOnConditionFailure = json.Text("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        ReturnItemCollectionMetrics = json.Text("ReturnItemCollectionMetrics") == "SIZE",
    };
}
