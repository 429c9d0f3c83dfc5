using System.Text.Json;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>TagResource, UntagResource and ListTagsOfResource in JSON.</summary>
internal static class TagsJson
{
    public static JsonVerb TagVerb { get; } = new(nameof(TagResource), (json, _) => new TagResource
    {
        ResourceArn = json.Text("ResourceArn")!,
        Tags = TableMembers.ReadTags(json),
    })
    { IsControlPlane = true };

    public static JsonVerb UntagVerb { get; } = new(nameof(UntagResource), (json, _) => new UntagResource
    {
        ResourceArn = json.Text("ResourceArn")!,
        TagKeys = json.Texts("TagKeys")!,
    })
    { IsControlPlane = true };

    public static JsonVerb ListVerb { get; } = new(nameof(ListTagsOfResource), (json, _) => new ListTagsOfResource
    {
        ResourceArn = json.Text("ResourceArn")!,
    })
    { IsControlPlane = true };

    public static void Write(Utf8JsonWriter writer, ListTagsOfResourceReply reply)
    {
        writer.WriteStartArray("Tags"u8);
        foreach (Tag tag in reply.Tags)
        {
            writer.WriteStartObject();
            writer.WriteString("Key"u8, tag.Key);
            writer.WriteString("Value"u8, tag.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
