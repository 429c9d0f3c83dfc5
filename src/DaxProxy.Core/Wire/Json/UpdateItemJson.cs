using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json;

/// <summary>UpdateItem in JSON.</summary>
internal static class UpdateItemJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<WriteReply>(UpdateItem.Definition, Read, WriteJson.Write) with
    {
        IsItemWrite = true,
        StopsAtFirstFault = true,
        IsLeftToOlder = static json => json.Member("Key") is null,
    };

    private static UpdateItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        Key = json.Attributes("Key", layer),
        AttributeUpdates = json.AttributeUpdates(layer),
        UpdateExpression = json.Text("UpdateExpression"),
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
