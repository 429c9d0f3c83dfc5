using DaxProxy.Core.Items;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>One connection with its prepared statements. Items and index entries are changed through <see cref="ItemRows"/> only.</summary>
/// <remarks>Not thread-safe: readers rent one, the writer owns one.</remarks>
internal sealed class Session : IDisposable
{
    /// <summary><c>SQLITE_DBSTATUS_CACHE_WRITE</c>.</summary>
    private const int PagesWrittenStatus = 9;

    private readonly Database database;
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    /// <summary>Takes over a connection.</summary>
    /// <param name="database">The store it leads to.</param>
    /// <param name="connection">The connection.</param>
    public Session(Database database, SqliteConnection connection) => (this.database, this.connection) = (database, connection);

    /// <summary>A statement by its text; prepared once. Texts are constants or built of a bounded set of parts.</summary>
    public Statement Statement(string sql)
    {
        if (!statements.TryGetValue(sql, out Statement? statement))
        {
            statement = new Statement(connection, sql, database);
            statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>The item with this key; null when there is none.</summary>
    public StoredItem? FindItem(long tableId, RowKey row)
    {
        Statement find = Statement("SELECT item, size, page_size FROM items WHERE table_id = ?1 AND hash = ?2 AND key = ?3")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key);
        StoredItem? found = find.Step() ? ReadStored(find, 0) : null;
        find.Reset();
        return found;
    }

    /// <summary>What an index holds of an item that is in it.</summary>
    /// <param name="indexId">The index.</param>
    /// <param name="entry">Where the entry lies.</param>
    /// <param name="item">The encoded key of the item.</param>
    public StoredItem FindEntry(long indexId, RowKey entry, byte[] item)
    {
        Statement find = Statement(
                "SELECT item, size, page_size FROM entries WHERE index_id = ?1 AND hash = ?2 AND key = ?3 AND base = ?4")
            .Bind(1, indexId).Bind(2, entry.Hash).Bind(3, entry.Key).Bind(4, item);
        find.Step();
        StoredItem found = ReadStored(find, 0);
        find.Reset();
        return found;
    }

    /// <summary>The vector of an item that is in a vector index.</summary>
    /// <param name="indexId">The index.</param>
    /// <param name="entry">Where the entry lies.</param>
    /// <param name="item">The encoded key of the item.</param>
    public byte[] FindVector(long indexId, RowKey entry, byte[] item)
    {
        Statement find = Statement("SELECT vector FROM vectors WHERE index_id = ?1 AND hash = ?2 AND key = ?3 AND base = ?4")
            .Bind(1, indexId).Bind(2, entry.Hash).Bind(3, entry.Key).Bind(4, item);
        find.Step();
        byte[] vector = find.Blob(0).ToArray();
        find.Reset();
        return vector;
    }

    /// <summary>The item in three columns of the current row: JSON, size, size on a page.</summary>
    public static StoredItem ReadStored(Statement row, int firstColumn) => new(
        Item.FromJson(row.Blob(firstColumn), (int)row.Int64(firstColumn + 1)), (int)row.Int64(firstColumn + 2));

    /// <summary>Number of the row inserted last.</summary>
    public long LastInsertedId()
    {
        Statement query = Statement("SELECT last_insert_rowid()");
        query.Step();
        long id = query.Int64(0);
        query.Reset();
        return id;
    }

    public void Begin(bool isWrite) => Statement(isWrite ? "BEGIN IMMEDIATE" : "BEGIN").Run();

    /// <summary>Begins a transaction that sees the store as it is now, until it ends.</summary>
    public void BeginSnapshot()
    {
        Begin(isWrite: false);

        // Only the first read fixes the state.
        Statement first = Statement("SELECT last FROM sequence");
        first.Step();
        first.Reset();
    }

    /// <summary>Pages that this connection has written to the log since its last <see cref="Checkpoint"/>.</summary>
    public long PagesWritten() => ReadPagesWritten(reset: false);

    /// <summary>
    /// Moves everything from the log into the file, so that the next write starts the log from its beginning. Waits for readers, up to the
    /// busy timeout.
    /// </summary>
    public void Checkpoint()
    {
        Statement("PRAGMA wal_checkpoint(RESTART)").Run();
        ReadPagesWritten(reset: true);
    }

    public void Commit() => Statement("COMMIT").Run();

    /// <summary>Runs several reads that see one state of the store: the one that the session holds on to already, if it does.</summary>
    public TResult InOneSnapshot<TResult>(Func<TResult> read)
    {
        if (IsInTransaction)
        {
            return read();
        }

        Begin(isWrite: false);
        TResult result = read();
        Commit();
        return result;
    }

    /// <summary>
    /// Makes the session fit for its next use after an exception: lets go of rows that were being read, which would hold on to an old state
    /// of the store, and undoes the open transaction, if SQLite has not done so itself.
    /// </summary>
    public void Recover()
    {
        foreach (Statement statement in statements.Values)
        {
            statement.Reset();
        }

        if (IsInTransaction)
        {
            Statement("ROLLBACK").Run();
        }
    }

    private bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0;

    private int ReadPagesWritten(bool reset)
    {
        int code = SQLitePCL.raw.sqlite3_db_status(connection.Handle!, PagesWrittenStatus, out int pages, out _, reset ? 1 : 0);
        SqliteException.ThrowExceptionForRC(code, connection.Handle!);
        return pages;
    }

    public void Dispose()
    {
        foreach (Statement statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
