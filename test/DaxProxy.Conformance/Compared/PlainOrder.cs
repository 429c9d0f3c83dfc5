using System.Text.Json;

namespace DaxProxy.Conformance.Compared;

/// <summary>JSON texts in one order of what has none: members of objects, and of sets.</summary>
internal static class PlainOrder
{
    private static readonly string[] Sets = ["SS", "NS", "BS"];

    /// <summary>The text in that order; as it is when it is no JSON.</summary>
    public static string Of(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
            return Of(document.RootElement, isSet: false);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Of(JsonElement json, bool isSet)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                return $"{{{string.Join(',', json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)
                    .Select(member => $"{JsonSerializer.Serialize(member.Name)}:{Of(member.Value, Sets.Contains(member.Name))}"))}}}";
            case JsonValueKind.Array:
                IEnumerable<string> elements = json.EnumerateArray().Select(element => Of(element, isSet: false));
                return $"[{string.Join(',', isSet ? elements.Order(StringComparer.Ordinal) : elements)}]";
            case JsonValueKind.String:
                return JsonSerializer.Serialize(json.GetString());
            case JsonValueKind.Number:
                return json.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            default:
                return json.GetRawText();
        }
    }
}
