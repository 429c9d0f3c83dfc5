using System.Globalization;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaxProxy.Engine.Services;

/// <summary>
/// What the services beside DynamoDB keep: values of metrics by the minute, and documents such as alarms and policies of scaling. One
/// SQLite file beside the store, or nothing that outlives the process.
/// </summary>
/// <remarks>Thread-safe: one connection behind one lock. No client of DynamoDB waits for it.</remarks>
public sealed class ServiceStore : IDisposable
{
    private const string FileName = "services.db";
    private const string Purpose = "Metrics and settings of auto scaling";

    /// <summary>Marks a file as ours: "DaxS".</summary>
    private const int ApplicationId = 0x44617853;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS documents (
            kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS series (
            number INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
            UNIQUE (namespace, name, dimensions));
        CREATE TABLE IF NOT EXISTS cells (
            series INTEGER NOT NULL, minute INTEGER NOT NULL, cell BLOB NOT NULL, PRIMARY KEY (series, minute)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS cells_by_minute ON cells (minute);
        """;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool isClosed;

    private ServiceStore(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the store of a folder.</summary>
    /// <param name="folder">The folder, made if need be; null for a store that ends with the process.</param>
    /// <exception cref="StorageException">The folder or the file cannot be used.</exception>
    public static ServiceStore Open(string? folder) => SideFile.Open(folder, FileName, ":memory:", Purpose, "", connection =>
    {
        if (folder is null)
        {
            connection.Execute("PRAGMA journal_mode = MEMORY");
        }
        else
        {
            SideFile.Configure(connection, ApplicationId, isShared: false);
        }

        connection.Execute(Schema);
        ServiceStore store = new(connection);
        store.CheckDocuments();
        return store;
    });

    /// <summary>Whether something failed because the file of a store is damaged, or is no database at all.</summary>
    public static bool IsDamage(Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException)?.SqliteErrorCode
            is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>
    /// Renames the store of a folder, which is damaged, so that another one can be made. Returns what its file is called now.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="now">The time, which becomes part of the name.</param>
    /// <exception cref="StorageException">It could not be renamed.</exception>
    public static string SetAside(string folder, DateTimeOffset now)
    {
        string file = Path.Combine(folder, FileName);
        string aside = string.Create(CultureInfo.InvariantCulture, $"{file}.damaged-{now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}");
        try
        {
            foreach (string part in (string[])["-wal", "-shm", ""])
            {
                if (File.Exists(file + part))
                {
                    File.Move(file + part, aside + part);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"{file} is damaged and could not be renamed ({exception.Message}); move it elsewhere. It has metrics and settings of auto "
                + "scaling, and no items.",
                exception);
        }

        return aside;
    }

    /// <summary>Copies the store of a folder, if there is one, into another folder, while a process uses it or none does.</summary>
    /// <exception cref="StorageException">It could not be copied.</exception>
    public static void Copy(string folder, string target) => SideFile.Copy(FileName, folder, target, Purpose);

    /// <summary>All documents of a kind, by their ids in order.</summary>
    public IReadOnlyList<(string Id, byte[] Body)> Load(string kind)
    {
        List<(string, byte[])> documents = [];
        Use(store =>
        {
            Statement rows = store.Statement("SELECT id, body FROM documents WHERE kind = ?1 ORDER BY id").Bind(1, kind);
            while (rows.Step())
            {
                documents.Add((rows.Text(0), rows.Blob(1).ToArray()));
            }

            rows.Reset();
        });
        return documents;
    }

    /// <summary>Keeps a document in the place of the one with its id.</summary>
    public void Save(string kind, string id, ReadOnlySpan<byte> body)
    {
        byte[] kept = body.ToArray();
        Use(store => store.Statement("INSERT OR REPLACE INTO documents (kind, id, body) VALUES (?1, ?2, ?3)")
            .Bind(1, kind).Bind(2, id).Bind(3, kept).Run());
    }

    /// <summary>Forgets a document, if there is one.</summary>
    public void Delete(string kind, string id) =>
        Use(store => store.Statement("DELETE FROM documents WHERE kind = ?1 AND id = ?2").Bind(1, kind).Bind(2, id).Run());

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (Statement statement in statements.Values)
            {
                statement.Dispose();
            }

            connection.Dispose();
        }
    }

    /// <summary>Does something with the connection; nothing once the store is closed.</summary>
    internal void Use(Action<ServiceStore> work)
    {
        lock (gate)
        {
            if (!isClosed)
            {
                work(this);
            }
        }
    }

    /// <summary>Does all of something or nothing of it.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="undone">Called within the same lock where nothing of it was done.</param>
    internal void Change(Action<ServiceStore> work, Action? undone = null) => Use(store =>
    {
        store.Statement("BEGIN IMMEDIATE").Run();
        try
        {
            work(store);
            store.Statement("COMMIT").Run();
        }
        catch
        {
            undone?.Invoke();

            // Some failures, as that of a full disk, have rolled it back already.
            if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            {
                store.Statement("ROLLBACK").Run();
            }

            throw;
        }
    });

    /// <summary>A prepared statement; for use within <see cref="Use"/>.</summary>
    internal Statement Statement(string sql)
    {
        if (!statements.TryGetValue(sql, out Statement? statement))
        {
            statements.Add(sql, statement = new Statement(connection, sql));
        }

        return statement;
    }

    /// <summary>Finds damage of the documents while there is still a way to begin without them.</summary>
    private void CheckDocuments()
    {
        using SqliteCommand check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(documents)";
        if (check.ExecuteScalar() is not "ok")
        {
            throw new SqliteException("The documents are damaged.", raw.SQLITE_CORRUPT);
        }
    }
}
