using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Scan in JSON.</summary>
internal static class ScanJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<PageReply>(Scan.Definition, Read, PageJson.Write);

    private static Scan Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        IndexName = json.Text("IndexName"),
        Select = json.Choice<Select>("Select"),
        Limit = json.Integer("Limit"),
        ConsistentRead = json.Flag("ConsistentRead"),
        Segment = json.Integer("Segment"),
        TotalSegments = json.Integer("TotalSegments"),
        ExclusiveStartKey = json.OptionalAttributes("ExclusiveStartKey", layer),
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        FilterExpression = json.Text("FilterExpression"),
        ProjectionExpression = json.Text("ProjectionExpression"),
        ScanFilter = json.Conditions("ScanFilter", layer),
        AttributesToGet = json.AttributesToGet(),
        ConditionalOperator = json.OptionalChoice<ConditionalOperator>("ConditionalOperator"),
        Expressions = json.Expressions(layer),
    };
}
