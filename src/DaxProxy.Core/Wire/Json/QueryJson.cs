using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Query in JSON.</summary>
internal static class QueryJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<PageReply>(Query.Definition, Read, PageJson.Write);

    private static Query Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        IndexName = json.Text("IndexName"),
        Select = json.Choice<Select>("Select"),
        Limit = json.Integer("Limit"),
        ConsistentRead = json.Flag("ConsistentRead"),
        ScanIndexForward = json.Flag("ScanIndexForward", absent: true),
        ExclusiveStartKey = json.OptionalAttributes("ExclusiveStartKey", layer),
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        KeyConditionExpression = json.Text("KeyConditionExpression"),
        FilterExpression = json.Text("FilterExpression"),
        ProjectionExpression = json.Text("ProjectionExpression"),
        KeyConditions = json.Conditions("KeyConditions", layer),
        QueryFilter = json.Conditions("QueryFilter", layer),
        AttributesToGet = json.AttributesToGet(),
        ConditionalOperator = json.OptionalChoice<ConditionalOperator>("ConditionalOperator"),
        Expressions = json.Expressions(layer),
    };
}
