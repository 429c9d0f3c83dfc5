using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>DescribeStream. The shards of a stream are few, so a page is cut from all of them.</summary>
internal sealed class DescribeStreamHandler(SessionPool sessions, TimeProvider time, TimeSpan statusDelay)
{
    public Reply Execute(DescribeStream request) =>
        sessions.Read(request, (session, request) => session.InOneSnapshot(() => Read(session, request)));

    private Reply Read(Session session, DescribeStream request)
    {
        if (StreamRow.Find(session, request.StreamArn) is not { } stream)
        {
            return new ErrorReply(StreamFaults.StreamNotFound(request.StreamArn));
        }

        List<ShardDescription> shards =
        [
            .. Shard.ReadAll(session, stream.Id)
                .Select(shard => shard.Describe())
                .Where(shard => string.CompareOrdinal(shard.ShardId, request.ExclusiveStartShardId) > 0)
                .Where(shard => !request.OnlyChildren || shard.ParentShardId == request.ParentShardId)
                .Take(request.Limit + 1),
        ];
        bool hasMore = shards.Count > request.Limit;
        return new DescribeStreamReply
        {
            Stream = stream.Summary,
            StreamStatus = stream.StatusAt(time.GetUtcNow(), statusDelay),
            StreamViewType = stream.ViewType,
            CreationRequestDateTime = stream.CreatedAt,
            KeySchema = stream.KeySchema,
            Shards = hasMore ? shards[..^1] : shards,
            LastEvaluatedShardId = hasMore ? shards[^2].ShardId : null,
        };
    }
}
