using System.Text.Json.Nodes;

namespace DaxProxy.Services.Codecs;

/// <summary>Lists within answers. What JsonArray has for it itself does not fit a native build.</summary>
internal static class JsonLists
{
    /// <summary>A list of objects.</summary>
    public static JsonArray Of(IEnumerable<JsonObject> objects) => new([.. objects]);

    /// <summary>A list of texts.</summary>
    public static JsonArray Of(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text)!)]);
}
