using DaxProxy.Core.Operations.Streams;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>ListStreams.</summary>
internal sealed class ListStreamsHandler(SessionPool sessions)
{
    public ListStreamsReply Execute(ListStreams request)
    {
        List<StreamSummary> streams = sessions.Read(request, static (session, request) =>
            StreamRow.List(session, request.TableName, request.ExclusiveStartStreamArn, request.Limit + 1)
                .ConvertAll(stream => stream.Summary));
        return streams.Count > request.Limit
            ? new ListStreamsReply(streams[..^1], streams[^2].StreamArn)
            : new ListStreamsReply(streams, null);
    }
}
