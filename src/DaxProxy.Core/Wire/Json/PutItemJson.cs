using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json;

/// <summary>PutItem in JSON.</summary>
internal static class PutItemJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<WriteReply>(PutItem.Definition, Read, WriteJson.Write) with { IsItemWrite = true };

    private static PutItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        Item = json.Attributes("Item", layer),
        ConditionExpression = json.Text("ConditionExpression"),
        Expected = json.Expected(layer),
        ConditionalOperator = json.OptionalChoice<ConditionalOperator>("ConditionalOperator"),
        Expressions = json.Expressions(layer),
        ReturnValues = json.Choice<ReturnValues>("ReturnValues"),
        ReturnItemOnConditionFailure = json.Text("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        ReturnItemCollectionMetrics = json.Text("ReturnItemCollectionMetrics") == "SIZE",
    };
}
