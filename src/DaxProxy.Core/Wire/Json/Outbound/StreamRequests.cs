using System.Text.Json;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Requests of DynamoDB Streams.</summary>
internal static class StreamRequests
{
    public static void Write(Utf8JsonWriter writer, DescribeStream describe)
    {
        writer.WriteString("StreamArn"u8, describe.StreamArn);
        writer.WriteText("ExclusiveStartShardId"u8, describe.ExclusiveStartShardId);
        writer.WriteNumber("Limit"u8, describe.Limit);
    }

    public static void Write(Utf8JsonWriter writer, GetShardIterator get)
    {
        writer.WriteString("StreamArn"u8, get.StreamArn);
        writer.WriteString("ShardId"u8, get.ShardId);
        writer.WriteString("ShardIteratorType"u8, get.ShardIteratorType.ToString());
        writer.WriteText("SequenceNumber"u8, get.SequenceNumber);
    }

    public static void Write(Utf8JsonWriter writer, GetRecords get)
    {
        writer.WriteString("ShardIterator"u8, get.ShardIterator);
        writer.WriteNumber("Limit"u8, get.Limit);
    }
}
