using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Conformance;

/// <summary>A reply as it came over the wire.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body.</param>
/// <param name="CacheStatus">What the cache did; null when the reply does not say.</param>
public sealed record WireReply(int Status, string Text, string? CacheStatus)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body, opened.</summary>
    public JsonNode Body => JsonNode.Parse(Text)!;

    /// <summary>The error as <c>Name: text</c>; null for a success.</summary>
    public string? Error
    {
        get
        {
            if (Status == 200)
            {
                return null;
            }

            string name = ((string)Body["__type"]!).Split('#')[^1];
            JsonNode? message = Body["message"] ?? Body["Message"];
            return message is null ? name : $"{name}: {message}";
        }
    }

    /// <summary>
    /// One member of the body as text, apostrophes for quotes, by a path such as <c>Items.0.p</c>; null when it is absent.
    /// </summary>
    public string? this[string path]
    {
        get
        {
            JsonNode? node = Body;
            foreach (string step in path.Split('.'))
            {
                node = node switch
                {
                    JsonArray list => int.TryParse(step, out int position) && position < list.Count ? list[position] : null,
                    JsonObject map => map[step],
                    _ => null,
                };
            }

            return node?.ToJsonString(Readable).Replace('"', '\'');
        }
    }
}
