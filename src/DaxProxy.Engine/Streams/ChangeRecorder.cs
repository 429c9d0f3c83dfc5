using DaxProxy.Core.Items;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>Writes down what happens to items of tables with a stream, in the transaction in which it happens.</summary>
internal sealed class ChangeRecorder(StreamCatalog streams, TimeProvider time, TimeSpan shardLifetime)
{
    /// <summary>Records a write, unless it left the item as it was.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="effect">What was written.</param>
    /// <param name="isExpiration">Whether the item was deleted because its time to live had ended, without a request.</param>
    public void Record(Session session, RowKey row, WriteEffect effect, bool isExpiration)
    {
        if (streams.Find(effect.Table.Id) is not { } stream || IsUnchanged(effect))
        {
            return;
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (ShardFor(session, stream, stream.SlotOf(row.Hash), now) is { } shardId)
        {
            Item keys = Item.FromAttributes(new ItemKey(row.Key).Decode(effect.Table.KeySchema));
            Insert(session, stream, shardId, now, keys, effect, isExpiration);
        }
    }

    /// <summary>
    /// The open shard of a slot, a new one when its time has come; null when the stream was switched off within this group of changes.
    /// </summary>
    private long? ShardFor(Session session, EngineStream stream, int slot, long now)
    {
        Shard? open = Shard.FindOpen(session, stream.Id, slot);
        if (open is not null && now - open.CreatedAt >= shardLifetime.TotalMilliseconds)
        {
            StreamSwitch.Roll(session, stream.Id, slot, open, now);
            open = Shard.FindOpen(session, stream.Id, slot);
        }

        return open?.Id;
    }

    private static void Insert(
        Session session, EngineStream stream, long shardId, long now, Item keys, WriteEffect effect, bool isExpiration)
    {
        Item? old = stream.ShowsOldImage ? effect.Old?.Item : null;
        Item? updated = stream.ShowsNewImage ? effect.New?.Item : null;
        string name = effect.Old is null ? "INSERT" : effect.New is null ? "REMOVE" : "MODIFY";
        Statement insert = session.Statement(
                "INSERT INTO records (sequence, shard_id, created_at, event, is_expiration, keys, keys_size, "
                + "new_image, new_size, old_image, old_size) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
            .Bind(1, Sequence.Next(session)).Bind(2, shardId).Bind(3, now).Bind(4, name).Bind(5, isExpiration ? 1L : 0L)
            .Bind(6, keys.Json.Span).Bind(7, keys.SizeBytes).Bind(9, (long?)updated?.SizeBytes).Bind(11, (long?)old?.SizeBytes);
        BindImage(insert, 8, updated);
        BindImage(insert, 10, old);
        insert.Run();
    }

    private static void BindImage(Statement insert, int position, Item? image)
    {
        if (image is null)
        {
            insert.BindNull(position);
        }
        else
        {
            insert.Bind(position, image.Json.Span);
        }
    }

    private static bool IsUnchanged(WriteEffect effect) =>
        effect.Old is null || effect.New is null ? effect.Old is null && effect.New is null : effect.Old.Holds(effect.New.Item);
}
