using DaxProxy.Core.Errors;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Items;

/// <summary>
/// The sizes of item collections: the items with one partition key, together with their entries in local indexes. Only tables with local
/// indexes have them, and a limit to them.
/// </summary>
/// <param name="maxBytes">The limit.</param>
internal sealed class ItemCollections(long maxBytes)
{
    /// <summary>Whether a collection has room for a growing item. Its entries are counted afterwards, as part of what is there.</summary>
    public DynamoError? CheckRoom(Session session, EngineTable table, RowKey row, StoredItem? old, StoredItem updated)
    {
        long growth = updated.Item.SizeBytes - (old?.Item.SizeBytes ?? 0);
        return table.HasLocalIndex && growth > 0 && Find(session, table.Id, row.Hash) + growth > maxBytes
            ? RequestFaults.CollectionTooLarge
            : null;
    }

    /// <summary>Adds what a write has changed, and notes in its effect what the collection adds up to.</summary>
    public static void Count(Session session, RowKey row, WriteEffect effect)
    {
        if (!effect.Table.HasLocalIndex)
        {
            return;
        }

        if (effect.CollectionChange != 0)
        {
            session.Statement("INSERT INTO collections (table_id, hash, size_bytes) VALUES (?1, ?2, ?3) "
                    + "ON CONFLICT (table_id, hash) DO UPDATE SET size_bytes = size_bytes + excluded.size_bytes")
                .Bind(1, effect.Table.Id).Bind(2, row.Hash).Bind(3, effect.CollectionChange).Run();
        }

        effect.CollectionBytes = Find(session, effect.Table.Id, row.Hash);
        if (effect.CollectionBytes == 0)
        {
            session.Statement("DELETE FROM collections WHERE table_id = ?1 AND hash = ?2").Bind(1, effect.Table.Id).Bind(2, row.Hash).Run();
        }
    }

    private static long Find(Session session, long tableId, long hash)
    {
        Statement find = session.Statement("SELECT size_bytes FROM collections WHERE table_id = ?1 AND hash = ?2")
            .Bind(1, tableId).Bind(2, hash);
        long bytes = find.Step() ? find.Int64(0) : 0;
        find.Reset();
        return bytes;
    }
}
