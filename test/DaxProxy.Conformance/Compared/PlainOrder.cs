using System.Text.Json;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// JSON texts in one order of what has none: members of objects, of sets, and the items that a BatchGetItem brings of a table.
/// </summary>
internal static class PlainOrder
{
    private static readonly string[] Sets = ["SS", "NS", "BS"];

    /// <summary>The text in that order; as it is when it is no JSON.</summary>
    public static string Of(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
            return Of(document.RootElement, _ => false);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Of(JsonElement json, Func<JsonElement, bool> isUnordered)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                return $"{{{string.Join(',', json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)
                    .Select(member => $"{JsonSerializer.Serialize(member.Name)}:{OfMember(member, isUnordered)}"))}}}";
            case JsonValueKind.Array:
                IEnumerable<string> elements = json.EnumerateArray().Select(element => Of(element, _ => false));
                return $"[{string.Join(',', isUnordered(json) ? elements.Order(StringComparer.Ordinal) : elements)}]";
            case JsonValueKind.String:
                return JsonSerializer.Serialize(json.GetString());
            case JsonValueKind.Number:
                return json.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            default:
                return json.GetRawText();
        }
    }

    private static string OfMember(JsonProperty member, Func<JsonElement, bool> isUnordered) => Of(
        member.Value,
        member switch
        {
            { Name: "Responses", Value.ValueKind: JsonValueKind.Object } => _ => true,
            { Value.ValueKind: JsonValueKind.Array } when Sets.Contains(member.Name) || isUnordered(member.Value) => _ => true,
            _ => _ => false,
        });
}
