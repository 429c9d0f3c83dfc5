using System.Text.Json;

namespace DaxProxy.Services.Codecs;

/// <summary>Members of inputs, of which the kinds have been checked.</summary>
internal static class Inputs
{
    /// <summary>A text; null where it is absent.</summary>
    public static string? Text(JsonElement input, string member) =>
        input.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A number; null where it is absent.</summary>
    public static double? Number(JsonElement input, string member) =>
        input.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>A whole number; null where it is absent.</summary>
    public static int? Integer(JsonElement input, string member) =>
        input.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    /// <summary>A switch; null where it is absent.</summary>
    public static bool? Switch(JsonElement input, string member) => input.TryGetProperty(member, out JsonElement value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    /// <summary>The texts of a list; null where it is absent.</summary>
    public static IReadOnlyList<string>? Texts(JsonElement input, string member) =>
        Elements(input, member) is { } list ? [.. list.Select(element => element.GetString()!)] : null;

    /// <summary>The elements of a list; null where it is absent.</summary>
    public static IEnumerable<JsonElement>? Elements(JsonElement input, string member) =>
        input.TryGetProperty(member, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : null;
}
