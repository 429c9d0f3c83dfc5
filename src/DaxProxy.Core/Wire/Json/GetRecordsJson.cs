using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json;

/// <summary>GetRecords in JSON.</summary>
internal static class GetRecordsJson
{
    private const string Deleter = "dynamodb.amazonaws.com";

    public static JsonVerb Verb { get; } = JsonVerb.Of<GetRecordsReply>(GetRecords.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, GetRecordsReply reply)
    {
        writer.WriteStartArray("Records"u8);
        foreach (ChangeRecord record in reply.Records)
        {
            WriteRecord(writer, record);
        }

        writer.WriteEndArray();
        if (reply.NextShardIterator is not null)
        {
            writer.WriteString("NextShardIterator"u8, reply.NextShardIterator);
        }
    }

    private static void WriteRecord(Utf8JsonWriter writer, ChangeRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("eventID"u8, record.EventId);
        writer.WriteString("eventName"u8, record.EventName);
        writer.WriteString("eventVersion"u8, "1.1"u8);
        writer.WriteString("eventSource"u8, "aws:dynamodb"u8);
        writer.WriteString("awsRegion"u8, record.Region);
        writer.WriteStartObject("dynamodb"u8);
        writer.WriteNumber("ApproximateCreationDateTime"u8, record.CreatedAt.ToUnixTimeSeconds());
        WriteItem(writer, "Keys"u8, record.Keys);
        WriteItem(writer, "NewImage"u8, record.NewImage);
        WriteItem(writer, "OldImage"u8, record.OldImage);
        writer.WriteString("SequenceNumber"u8, record.SequenceNumber);
        writer.WriteNumber("SizeBytes"u8, record.SizeBytes);
        writer.WriteString("StreamViewType"u8, record.StreamViewType);
        writer.WriteEndObject();
        if (record.IsExpiration)
        {
            WriteIdentity(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// Written twice: SDKs read the names of the service model, the service's documentation and its event format have the small ones.
    /// </summary>
    private static void WriteIdentity(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("userIdentity"u8);
        writer.WriteString("PrincipalId"u8, Deleter);
        writer.WriteString("Type"u8, "Service"u8);
        writer.WriteString("principalId"u8, Deleter);
        writer.WriteString("type"u8, "Service"u8);
        writer.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter writer, ReadOnlySpan<byte> member, Item? item)
    {
        if (item is not null)
        {
            writer.WritePropertyName(member);
            writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
        }
    }

    private static GetRecords Read(JsonElement json, ValidationLayer layer) => new()
    {
        ShardIterator = json.Text("ShardIterator")!,
        Limit = json.Integer("Limit") ?? GetRecords.MaxLimit,
    };
}
