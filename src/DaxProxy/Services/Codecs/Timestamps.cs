using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Services.Codecs;

/// <summary>Times within answers, which only JSON writes as plain numbers.</summary>
internal static class Timestamps
{
    /// <summary>
    /// Whether a member of an answer is a time, or a list of times. All that are have this in their names, in the models of the services
    /// that are spoken to in other protocols than JSON.
    /// </summary>
    public static bool Is(string member) => member.Contains("Timestamp", StringComparison.Ordinal);

    /// <summary>Seconds since 1970, as JSON has them.</summary>
    public static JsonNode ToJson(DateTimeOffset time) => JsonValue.Create(time.ToUnixTimeMilliseconds() / 1000.0);

    /// <summary>A member of an input that is a time; null where it is absent.</summary>
    public static DateTimeOffset? Of(JsonElement input, string member) =>
        input.TryGetProperty(member, out JsonElement time) && time.ValueKind == JsonValueKind.Number ? Of(time.GetDouble()) : null;

    /// <summary>The time so many seconds after 1970; the first or the last there is for one beyond those.</summary>
    public static DateTimeOffset Of(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Clamp(
        seconds * 1000, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>As XML has it.</summary>
    public static string ToText(double seconds) =>
        Of(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
