using System.Text.Json;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Answers of DynamoDB Streams.</summary>
internal static class StreamReplies
{
    public static DescribeStreamReply ReadStream(JsonElement json)
    {
        JsonElement stream = json.GetProperty("StreamDescription");
        return new DescribeStreamReply
        {
            Stream = new StreamSummary(
                stream.Required("StreamArn"), stream.Text("TableName") ?? "", stream.Text("StreamLabel") ?? ""),
            StreamStatus = stream.Required("StreamStatus"),
            StreamViewType = stream.Required("StreamViewType"),
            CreationRequestDateTime = stream.Member("CreationRequestDateTime") is { } seconds
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds.GetDouble())
                : default,
            KeySchema = stream.Member("KeySchema") is null ? [] : TableMembers.ReadKeySchema(stream),
            Shards = stream.Member("Shards") is { } shards ? [.. shards.EnumerateArray().Select(ReadShard)] : [],
            LastEvaluatedShardId = stream.Text("LastEvaluatedShardId"),
        };
    }

    public static GetRecordsReply ReadRecords(JsonElement json) => new(
        json.Member("Records") is { } records ? [.. records.EnumerateArray().Select(ReadRecord)] : [],
        json.Text("NextShardIterator"));

    private static ShardDescription ReadShard(JsonElement json)
    {
        JsonElement? range = json.Member("SequenceNumberRange");
        return new ShardDescription(
            json.Required("ShardId"),
            json.Text("ParentShardId"),
            range?.Text("StartingSequenceNumber") ?? "",
            range?.Text("EndingSequenceNumber"));
    }

    private static ChangeRecord ReadRecord(JsonElement json)
    {
        JsonElement change = json.GetProperty("dynamodb");
        return new ChangeRecord
        {
            EventId = json.Text("eventID") ?? "",
            EventName = json.Required("eventName"),
            Region = json.Text("awsRegion") ?? "",
            SequenceNumber = change.Required("SequenceNumber"),
            CreatedAt = change.Member("ApproximateCreationDateTime") is { } seconds
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds.GetDouble())
                : default,
            StreamViewType = change.Required("StreamViewType"),
            Keys = ReplyMembers.ReadItem(change.GetProperty("Keys")),
            NewImage = change.OptionalItem("NewImage"),
            OldImage = change.OptionalItem("OldImage"),
            IsExpiration = json.Member("userIdentity") is not null,
        };
    }
}
