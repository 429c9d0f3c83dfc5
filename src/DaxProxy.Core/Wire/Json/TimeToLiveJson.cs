using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>UpdateTimeToLive and DescribeTimeToLive in JSON.</summary>
internal static class TimeToLiveJson
{
    public static JsonVerb UpdateVerb { get; } = JsonVerb.Of<UpdateTimeToLiveReply>(UpdateTimeToLive.Definition, Read, Write);

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<DescribeTimeToLiveReply>(
        DescribeTimeToLive.Definition, (json, _) => new DescribeTimeToLive { TableName = json.TableName() }, Write);

    private static void Write(Utf8JsonWriter writer, UpdateTimeToLiveReply reply)
    {
        writer.WriteStartObject("TimeToLiveSpecification"u8);
        writer.WriteBoolean("Enabled"u8, reply.Enabled);
        writer.WriteString("AttributeName"u8, reply.AttributeName);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DescribeTimeToLiveReply reply)
    {
        writer.WriteStartObject("TimeToLiveDescription"u8);
        writer.WriteString("TimeToLiveStatus"u8, reply.Status);
        if (reply.AttributeName is not null)
        {
            writer.WriteString("AttributeName"u8, reply.AttributeName);
        }

        writer.WriteEndObject();
    }

    private static UpdateTimeToLive Read(JsonElement json, ValidationLayer layer)
    {
        JsonElement specification = json.GetProperty("TimeToLiveSpecification");
        return new UpdateTimeToLive
        {
            TableName = json.TableName(),
            AttributeName = specification.Text("AttributeName")!,
            Enabled = specification.Flag("Enabled"),
        };
    }
}
