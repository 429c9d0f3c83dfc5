using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>GetShardIterator.</summary>
internal sealed class GetShardIteratorHandler(SessionPool sessions, TimeProvider time)
{
    public Reply Execute(GetShardIterator request) =>
        sessions.Read(request, (session, request) => session.InOneSnapshot(() => Find(session, request)));

    private Reply Find(Session session, GetShardIterator request)
    {
        if (StreamRow.Find(session, request.StreamArn) is not { } stream)
        {
            return new ErrorReply(StreamFaults.StreamNotFound(request.StreamArn));
        }

        if (Shard.IdIn(request.ShardId) is not { } id
            || Shard.Find(session, stream.Id, id) is not { } shard
            || shard.Name != request.ShardId)
        {
            return new ErrorReply(StreamFaults.ShardNotFound(request.ShardId, request.StreamArn));
        }

        long position = ShardIterator.Oldest;
        if (request.ShardIteratorType == ShardIteratorType.LATEST)
        {
            position = (shard.LastSequence ?? Sequence.Last(session)) + 1;
        }
        else if (request.SequenceNumber is not null && Locate(session, shard, request, out position) is { } error)
        {
            return new ErrorReply(error);
        }

        return new GetShardIteratorReply(new ShardIterator(request.StreamArn, shard.Id, position, time.GetUtcNow()).ToString());
    }

    /// <summary>The position at or behind a number, which the shard must have reached and must not have trimmed away.</summary>
    private static DynamoError? Locate(Session session, Shard shard, GetShardIterator request, out long position)
    {
        if (!Sequence.TryParse(request.SequenceNumber!, out position) || position > (shard.LastSequence ?? Sequence.Last(session)))
        {
            return StreamFaults.InvalidSequenceNumber(request.SequenceNumber!);
        }

        bool isBefore = position < shard.FirstSequence;
        position += request.ShardIteratorType == ShardIteratorType.AFTER_SEQUENCE_NUMBER ? 1 : 0;
        return isBefore || position <= shard.TrimmedTo ? StreamFaults.Trimmed : null;
    }
}
