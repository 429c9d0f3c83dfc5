using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json;

/// <summary>GetShardIterator in JSON.</summary>
internal static class GetShardIteratorJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<GetShardIteratorReply>(GetShardIterator.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, GetShardIteratorReply reply) =>
        writer.WriteString("ShardIterator"u8, reply.ShardIterator);

    private static GetShardIterator Read(JsonElement json, ValidationLayer layer) => new()
    {
        StreamArn = json.Text("StreamArn")!,
        ShardId = json.Text("ShardId")!,
        ShardIteratorType = json.Choice<ShardIteratorType>("ShardIteratorType"),
        SequenceNumber = json.Text("SequenceNumber"),
    };
}
