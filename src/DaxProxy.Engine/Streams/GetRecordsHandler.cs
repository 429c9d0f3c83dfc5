using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>GetRecords.</summary>
internal sealed class GetRecordsHandler(SessionPool sessions, ResourceNames names, TimeProvider time)
{
    private const int EventIdBytes = 16;

    /// <summary>How long an iterator may wait for its use. Source: the service's documentation.</summary>
    private static readonly TimeSpan IteratorLifetime = TimeSpan.FromMinutes(15);

    public Reply Execute(GetRecords request)
    {
        if (ShardIterator.Parse(request.ShardIterator) is not { } iterator)
        {
            return new ErrorReply(StreamFaults.InvalidIterator);
        }

        DateTimeOffset now = time.GetUtcNow();
        return now - iterator.CreatedAt > IteratorLifetime
            ? new ErrorReply(StreamFaults.ExpiredIterator(iterator.CreatedAt, now, IteratorLifetime))
            : sessions.Read(request, (session, request) => session.InOneSnapshot(() => Read(session, iterator, request.Limit)));
    }

    private Reply Read(Session session, ShardIterator iterator, int limit)
    {
        if (StreamRow.Find(session, iterator.StreamArn) is not { } stream)
        {
            return new ErrorReply(StreamFaults.StreamNotFound(iterator.StreamArn));
        }

        if (Shard.Find(session, stream.Id, iterator.ShardId) is not { } shard)
        {
            return new ErrorReply(StreamFaults.Trimmed);
        }

        if (iterator.Position != ShardIterator.Oldest && iterator.Position <= shard.TrimmedTo)
        {
            return new ErrorReply(StreamFaults.Trimmed);
        }

        (List<ChangeRecord> records, long next, bool isEnd) = ReadPage(session, stream, iterator, limit);
        return new GetRecordsReply(
            records,
            isEnd && shard.LastSequence is not null
                ? null
                : (iterator with { Position = next, CreatedAt = time.GetUtcNow() }).ToString());
    }

    /// <summary>A page of records, where to go on, and whether nothing follows now.</summary>
    private (List<ChangeRecord> Records, long Next, bool IsEnd) ReadPage(Session session, StreamRow stream, ShardIterator from, int limit)
    {
        List<ChangeRecord> records = [];
        long next = from.Position;
        int pageBytes = 0;
        Statement rows = session.Statement(
                "SELECT sequence, created_at, event, is_expiration, keys, keys_size, new_image, new_size, old_image, old_size FROM records "
                + "WHERE shard_id = ?1 AND sequence >= ?2 ORDER BY sequence")
            .Bind(1, from.ShardId).Bind(2, from.Position);
        bool isEnd;
        while (!(isEnd = !rows.Step()) && records.Count < limit)
        {
            ChangeRecord record = ReadRecord(rows, stream);
            if (records.Count > 0 && pageBytes + record.SizeBytes > GetRecords.MaxPageBytes)
            {
                break;
            }

            pageBytes += record.SizeBytes;
            records.Add(record);
            next = rows.Int64(0) + 1;
        }

        rows.Reset();
        return (records, next, isEnd);
    }

    private ChangeRecord ReadRecord(Statement row, StreamRow stream) => new()
    {
        EventId = EventIdOf(stream, row.Int64(0)),
        EventName = row.Text(2),
        Region = names.Region,
        SequenceNumber = Sequence.Print(row.Int64(0)),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(1)),
        StreamViewType = stream.ViewType,
        IsExpiration = row.Int64(3) != 0,
        Keys = Item.FromJson(row.Blob(4), (int)row.Int64(5)),
        NewImage = ReadImage(row, 6),
        OldImage = ReadImage(row, 8),
    };

    private static Item? ReadImage(Statement row, int column) =>
        row.IsNull(column) ? null : Item.FromJson(row.Blob(column), (int)row.Int64(column + 1));

    /// <summary>A digest of what no other record has, so that it is the same each time and random to look at.</summary>
    private static string EventIdOf(StreamRow stream, long sequence) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{stream.Summary.StreamArn}/{sequence}")).AsSpan(0, EventIdBytes));
}
