using System.Globalization;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>
/// Switches streams on and off, inside a change of the write queue. The caller shows the outcome in the <see cref="StreamCatalog"/> after
/// the commit.
/// </summary>
internal sealed class StreamSwitch(ResourceNames names, TimeProvider time, int slots)
{
    /// <summary>The definition of a table that a new stream is to be made for: with the stream's names, which are new.</summary>
    public TableDescription Describe(Session session, TableDescription table, string viewType)
    {
        string arn, label;
        DateTimeOffset madeAt = time.GetUtcNow();
        do
        {
            label = madeAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
            arn = names.Stream(table.TableName, label);
            madeAt += TimeSpan.FromMilliseconds(1);
        }
        while (Exists(session, arn));

        return table with
        {
            StreamSpecification = new StreamSpecification(true, viewType),
            LatestStreamArn = arn,
            LatestStreamLabel = label,
        };
    }

    /// <summary>Makes the stream that a definition describes, with its first shards.</summary>
    public EngineStream Enable(Session session, long tableId, TableDescription table)
    {
        // A table has one stream, also when two changes of one group each made theirs.
        Disable(session, tableId);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Statement insert = session.Statement(
                "INSERT INTO streams (table_id, arn, table_name, label, view_type, hash_name, range_name, slots, created_at) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .Bind(1, tableId).Bind(2, table.LatestStreamArn!).Bind(3, table.TableName).Bind(4, table.LatestStreamLabel!)
            .Bind(5, table.StreamSpecification!.StreamViewType!).Bind(6, table.KeySchema[0].AttributeName)
            .Bind(8, slots).Bind(9, now);
        insert = table.KeySchema.Count > 1 ? insert.Bind(7, table.KeySchema[1].AttributeName) : insert.BindNull(7);
        insert.Run();
        EngineStream stream = new(
            session.LastInsertedId(), tableId, table.LatestStreamArn!, table.LatestStreamLabel!,
            table.StreamSpecification.StreamViewType!, slots);
        for (int slot = 0; slot < slots; slot++)
        {
            Open(session, stream.Id, slot, null, now);
        }

        return stream;
    }

    /// <summary>Ends a table's stream, which stays readable for a day. Nothing to do when it has none.</summary>
    public void Disable(Session session, long tableId)
    {
        Statement find = session.Statement("SELECT id FROM streams WHERE table_id = ?1 AND disabled_at IS NULL").Bind(1, tableId);
        long? streamId = find.Step() ? find.Int64(0) : null;
        find.Reset();
        if (streamId is not { } id)
        {
            return;
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        session.Statement("UPDATE shards SET last_sequence = ?1, closed_at = ?2 WHERE stream_id = ?3 AND last_sequence IS NULL")
            .Bind(1, Sequence.Last(session)).Bind(2, now).Bind(3, id).Run();
        session.Statement("UPDATE streams SET disabled_at = ?1 WHERE id = ?2").Bind(1, now).Bind(2, id).Run();
    }

    /// <summary>Closes a shard and opens its child in the same slot.</summary>
    public static void Roll(Session session, long streamId, int slot, Shard shard, long now)
    {
        session.Statement("UPDATE shards SET last_sequence = ?1, closed_at = ?2 WHERE id = ?3")
            .Bind(1, Sequence.Last(session)).Bind(2, now).Bind(3, shard.Id).Run();
        Open(session, streamId, slot, shard, now);
    }

    private static void Open(Session session, long streamId, int slot, Shard? parent, long now) =>
        session.Statement(
                "INSERT INTO shards (stream_id, slot, parent_id, parent_made_at, created_at, first_sequence) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, streamId).Bind(2, slot).Bind(3, parent?.Id).Bind(4, parent?.CreatedAt)
            .Bind(5, Math.Max(now, parent?.CreatedAt ?? 0)).Bind(6, Sequence.Next(session)).Run();

    private static bool Exists(Session session, string arn)
    {
        Statement find = session.Statement("SELECT 1 FROM streams WHERE arn = ?1").Bind(1, arn);
        bool exists = find.Step();
        find.Reset();
        return exists;
    }
}
