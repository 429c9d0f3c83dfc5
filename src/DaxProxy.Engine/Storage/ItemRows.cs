using DaxProxy.Core.Operations;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// The right to change items and index entries, for one run of one change of the write queue. There is no other way to these rows. The
/// queue gives it to two kinds of changes only: a client's write, whose reply tells the caches what it did, and a change in the background,
/// which the listener is told about.
/// </summary>
/// <remarks>Belongs to the writer's thread and to the run it was made for. Abstract, so that the queue alone can make one.</remarks>
internal abstract class ItemRows
{
    private readonly List<BackgroundChange>? noted;
    private readonly ItemHistory history;

    /// <param name="session">The writer's session.</param>
    /// <param name="noted">Where changes are noted for the listener; null for a client's write.</param>
    /// <param name="history">Keeps what items were.</param>
    protected ItemRows(Session session, List<BackgroundChange>? noted, ItemHistory history)
    {
        Session = session;
        this.noted = noted;
        this.history = history;
    }

    /// <summary>For everything else that the change reads and writes.</summary>
    public Session Session { get; }

    /// <summary>Writes an item, over any that has its key.</summary>
    /// <param name="tableId">The table's number.</param>
    /// <param name="tableName">Its name.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="old">The item that is there; null for none.</param>
    /// <param name="item">The item that takes its place.</param>
    public void PutItem(long tableId, string tableName, RowKey row, StoredItem? old, StoredItem item)
    {
        Insert(Session, tableId, row, item);
        history.Note(Session, tableId, row, old);
        noted?.Add(BackgroundChange.OfItem(tableName, old?.Item, item.Item));
    }

    /// <summary>Writes an item of a backup, under a number that no table has: no answer to a read depends on it.</summary>
    public static void KeepItem(Session session, long rowsId, RowKey row, StoredItem item) => Insert(session, rowsId, row, item);

    /// <summary>Removes an item that is there.</summary>
    public void DeleteItem(long tableId, string tableName, RowKey row, StoredItem old)
    {
        Session.Statement("DELETE FROM items WHERE table_id = ?1 AND hash = ?2 AND key = ?3")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key).Run();
        history.Note(Session, tableId, row, old);
        noted?.Add(BackgroundChange.OfItem(tableName, old.Item, null));
    }

    /// <summary>Writes an index entry as its item changes, over any that has its key and its item.</summary>
    public void PutEntry(long indexId, RowKey entry, RowKey item, StoredItem content) =>
        Session.Statement("INSERT OR REPLACE INTO entries (index_id, hash, key, base, base_hash, size, page_size, item) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .Bind(1, indexId).Bind(2, entry.Hash).Bind(3, entry.Key).Bind(4, item.Key).Bind(5, item.Hash)
            .Bind(6, content.Item.SizeBytes).Bind(7, content.PageBytes).Bind(8, content.Item.Json.Span).Run();

    /// <summary>Removes an index entry as its item changes.</summary>
    public void DeleteEntry(long indexId, RowKey entry, RowKey item) =>
        Session.Statement("DELETE FROM entries WHERE index_id = ?1 AND hash = ?2 AND key = ?3 AND base = ?4")
            .Bind(1, indexId).Bind(2, entry.Hash).Bind(3, entry.Key).Bind(4, item.Key).Run();

    /// <summary>Writes a vector as its item changes, beside the entry of the item.</summary>
    public void PutVector(long indexId, RowKey entry, RowKey item, ReadOnlySpan<byte> filters, ReadOnlySpan<byte> vector) =>
        Session.Statement("INSERT OR REPLACE INTO vectors (index_id, hash, key, base, filters, vector) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, indexId).Bind(2, entry.Hash).Bind(3, entry.Key).Bind(4, item.Key).Bind(5, filters).Bind(6, vector).Run();

    /// <summary>Removes a vector as its item changes.</summary>
    public void DeleteVector(long indexId, RowKey entry, RowKey item) =>
        Session.Statement("DELETE FROM vectors WHERE index_id = ?1 AND hash = ?2 AND key = ?3 AND base = ?4")
            .Bind(1, indexId).Bind(2, entry.Hash).Bind(3, entry.Key).Bind(4, item.Key).Run();

    /// <summary>Writes the entry of an item that stays as it is, which only a change in the background does.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="indexName">Name of the index.</param>
    /// <param name="indexId">The index's number.</param>
    /// <param name="entry">Where the entry lies.</param>
    /// <param name="item">Where the item lies.</param>
    /// <param name="content">What the entry holds.</param>
    public void FillEntry(string tableName, string indexName, long indexId, RowKey entry, RowKey item, StoredItem content)
    {
        if (noted is null)
        {
            throw new InvalidOperationException("No reply tells of an index that changes by itself.");
        }

        PutEntry(indexId, entry, item, content);
        if (noted.Count == 0 || noted[^1].IndexName != indexName || noted[^1].TableName != tableName)
        {
            noted.Add(BackgroundChange.OfIndex(tableName, indexName));
        }
    }

    private static void Insert(Session session, long tableId, RowKey row, StoredItem item) =>
        session.Statement("INSERT OR REPLACE INTO items (table_id, hash, key, size, page_size, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key)
            .Bind(4, item.Item.SizeBytes).Bind(5, item.PageBytes).Bind(6, item.Item.Json.Span).Run();
}
