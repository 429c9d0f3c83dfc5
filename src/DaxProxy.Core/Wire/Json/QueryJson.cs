using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Query in JSON.</summary>
internal static class QueryJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<PageReply>(Query.Definition, Read, PageJson.Write) with { PreCheck = CheckOperator };

    /// <summary>
    /// The current layer judges the operator of two conditions or more before anything else, in words of its own (which are the service's).
    /// </summary>
    private static DynamoError? CheckOperator(JsonElement json, ValidationLayer layer) =>
        layer != ValidationLayer.Older
        && json.Text("ConditionalOperator") is { } choice && !Enum.TryParse<ConditionalOperator>(choice, out _)
        && json.Member("QueryFilter") is { } conditions && conditions.EnumerateObject().Count() > 1
            ? LegacyFaults.UnknownOperator
            : null;

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
