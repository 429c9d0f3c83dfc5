using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeStream in JSON.</summary>
internal static class DescribeStreamJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<DescribeStreamReply>(DescribeStream.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, DescribeStreamReply reply)
    {
        writer.WriteStartObject("StreamDescription"u8);
        ListStreamsJson.WriteSummary(writer, reply.Stream);
        writer.WriteString("StreamStatus"u8, reply.StreamStatus);
        writer.WriteString("StreamViewType"u8, reply.StreamViewType);
        writer.WriteNumber("CreationRequestDateTime"u8, reply.CreationRequestDateTime.ToUnixTimeMilliseconds() / 1000m);
        TableDescriptionJson.WriteKeySchema(writer, reply.KeySchema);
        writer.WriteStartArray("Shards"u8);
        foreach (ShardDescription shard in reply.Shards)
        {
            WriteShard(writer, shard);
        }

        writer.WriteEndArray();
        if (reply.LastEvaluatedShardId is not null)
        {
            writer.WriteString("LastEvaluatedShardId"u8, reply.LastEvaluatedShardId);
        }

        writer.WriteEndObject();
    }

    private static void WriteShard(Utf8JsonWriter writer, ShardDescription shard)
    {
        writer.WriteStartObject();
        writer.WriteString("ShardId"u8, shard.ShardId);
        writer.WriteStartObject("SequenceNumberRange"u8);
        writer.WriteString("StartingSequenceNumber"u8, shard.StartingSequenceNumber);
        if (shard.EndingSequenceNumber is not null)
        {
            writer.WriteString("EndingSequenceNumber"u8, shard.EndingSequenceNumber);
        }

        writer.WriteEndObject();
        if (shard.ParentShardId is not null)
        {
            writer.WriteString("ParentShardId"u8, shard.ParentShardId);
        }

        writer.WriteEndObject();
    }

    private static DescribeStream Read(JsonElement json, ValidationLayer layer)
    {
        JsonElement? filter = json.Member("ShardFilter");
        return new DescribeStream
        {
            StreamArn = json.Text("StreamArn")!,
            ExclusiveStartShardId = json.Text("ExclusiveStartShardId"),
            OnlyChildren = filter?.Text("Type") == "CHILD_SHARDS",
            ParentShardId = filter?.Text("ShardId"),
            Limit = json.Integer("Limit") ?? DescribeStream.MaxLimit,
        };
    }
}
