using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>SearchVectors in JSON.</summary>
internal static class SearchVectorsJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<SearchVectorsReply>(SearchVectors.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, SearchVectorsReply reply)
    {
        writer.WriteStartArray("SearchResults"u8);
        foreach (SearchResult result in reply.Results)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Item"u8);
            writer.WriteRawValue(result.Item.Json.Span, skipInputValidation: true);
            writer.WriteNumber("Score"u8, result.Score);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (reply.RequestBytes is { } bytes)
        {
            writer.WriteStartObject("ConsumedCapacity"u8);
            CapacityJson.WriteNumber(writer, "VectorSearchRequestBytes", bytes);
            writer.WriteEndObject();
        }
    }

    private static SearchVectors Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        IndexName = json.Text("IndexName")!,
        SearchVector = [.. json.GetProperty("SearchVector").EnumerateArray().Select(element => AttributeReader.Read(element, layer))],
        TopK = json.Integer("TopK") ?? 0,
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
        SearchConditionExpression = json.Text("SearchConditionExpression"),
        ProjectionExpression = json.Text("ProjectionExpression"),
        Expressions = json.Expressions(layer),
    };
}
