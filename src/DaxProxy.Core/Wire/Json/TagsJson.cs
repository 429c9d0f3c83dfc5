using System.Text.Json;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>TagResource, UntagResource and ListTagsOfResource in JSON.</summary>
internal static class TagsJson
{
    public static JsonVerb TagVerb { get; } = new(TagResource.Definition, (json, _) => new TagResource
    {
        ResourceArn = json.Text("ResourceArn")!,
        Tags = TableMembers.ReadTags(json),
    });

    public static JsonVerb UntagVerb { get; } = new(UntagResource.Definition, (json, _) => new UntagResource
    {
        ResourceArn = json.Text("ResourceArn")!,
        TagKeys = json.Texts("TagKeys")!,
    });

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<ListTagsOfResourceReply>(
        ListTagsOfResource.Definition,
        (json, _) => new ListTagsOfResource
        {
            ResourceArn = json.Text("ResourceArn")!,
        },
        Write);

    private static void Write(Utf8JsonWriter writer, ListTagsOfResourceReply reply)
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
