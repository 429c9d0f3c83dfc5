using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ListStreams in JSON.</summary>
internal static class ListStreamsJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<ListStreamsReply>(ListStreams.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, ListStreamsReply reply)
    {
        writer.WriteStartArray("Streams"u8);
        foreach (StreamSummary stream in reply.Streams)
        {
            writer.WriteStartObject();
            WriteSummary(writer, stream);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (reply.LastEvaluatedStreamArn is not null)
        {
            writer.WriteString("LastEvaluatedStreamArn"u8, reply.LastEvaluatedStreamArn);
        }
    }

    /// <summary>Members that name a stream.</summary>
    public static void WriteSummary(Utf8JsonWriter writer, StreamSummary stream)
    {
        writer.WriteString("StreamArn"u8, stream.StreamArn);
        writer.WriteString("TableName"u8, stream.TableName);
        writer.WriteString("StreamLabel"u8, stream.StreamLabel);
    }

    private static ListStreams Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.Text("TableName") is { } name ? JsonMembers.PlainTableName(name) : null,
        ExclusiveStartStreamArn = json.Text("ExclusiveStartStreamArn"),
        Limit = json.Integer("Limit") ?? ListStreams.MaxLimit,
    };
}
