using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>UpdateItem in JSON.</summary>
internal static class UpdateItemJson
{
    public static JsonVerb Verb { get; } = new(nameof(UpdateItem), Read)
    {
        Unsupported = ["AttributeUpdates", "Expected", "ConditionalOperator"],
    };

    private static UpdateItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        Key = json.Attributes("Key", layer),
        UpdateExpression = json.Text("UpdateExpression"),
        ConditionExpression = json.Text("ConditionExpression"),
        Expressions = json.Expressions(layer),
        ReturnValues = json.Choice<ReturnValues>("ReturnValues"),
        ReturnItemOnConditionFailure = json.Text("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        ReturnItemCollectionMetrics = json.Text("ReturnItemCollectionMetrics") == "SIZE",
    };
}
