using System.Globalization;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>The store's file (or memory): opens connections to it, creates it, and refuses what it cannot read.</summary>
internal sealed class Database : IDisposable
{
    /// <summary>Marks a file as ours: "DaxP".</summary>
    private const int ApplicationId = 0x44617850;

    /// <summary>Checking takes two to four milliseconds for each megabyte; a larger store would start too slowly.</summary>
    private const long MaxCheckedBytes = 32L << 20;

    private const string Remedy = "give this user the right to read and write it, or choose another folder.";
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private const int ReadOnly = 8;
    private const int CannotOpen = 14;

    private readonly string? file;
    private readonly bool synchronizeEveryCommit;
    private readonly FileStream? folderLock;
    private readonly Lock gate = new();
    private StoreSeal seal = StoreSeal.None;
    private (DateTime WrittenAt, string? KeyId) wrapped;

    private Database(string? file, bool synchronizeEveryCommit, FileStream? folderLock)
    {
        this.file = file;
        this.synchronizeEveryCommit = synchronizeEveryCommit;
        this.folderLock = folderLock;
    }

    /// <summary>
    /// Told of each page that is read and is not what was written; null for no listener. Called on the thread that reads; must not throw.
    /// </summary>
    public Action<DamagedPage>? PageDamaged { get; set; }

    /// <summary>Whether there is no file. Then there is only one connection, which readers and the writer share.</summary>
    public bool IsInMemory => file is null;

    /// <summary>How the pages of the file are sealed.</summary>
    public StoreSeal Seal => seal;

    /// <summary>
    /// The operator's key that the key of the pages is wrapped with now; null where they are not encrypted. Another process may have
    /// changed it since the store was opened.
    /// </summary>
    public string? KeyId
    {
        get
        {
            if (!seal.IsEncrypted)
            {
                return null;
            }

            lock (gate)
            {
                try
                {
                    DateTime writtenAt = File.GetLastWriteTimeUtc(Envelope.Of(file!));
                    if (writtenAt != wrapped.WrittenAt)
                    {
                        wrapped = (writtenAt, Envelope.Read(Envelope.Of(file!)).Wrapped.KeyId);
                    }
                }
                catch (Exception exception) when (exception is StorageException or IOException or UnauthorizedAccessException)
                {
                    // The store is open without it. The next start says what is wrong with it.
                }

                return wrapped.KeyId;
            }
        }
    }

    /// <summary>Opens the store of a folder for this process alone, or a new one in memory, and gives its first connection.</summary>
    /// <param name="options">What the store is to be.</param>
    /// <param name="time">Tells when the key of a new store was made.</param>
    /// <param name="connection">The connection.</param>
    /// <exception cref="StorageException">The folder or the file cannot be used.</exception>
    public static Database Open(EngineOptions options, TimeProvider time, out SqliteConnection connection)
    {
        if (options.DataFolder is null)
        {
            if (options.HasLag)
            {
                throw new StorageException("A store in memory cannot show older states: give it a data folder, or no lag.");
            }

            Database inMemory = new(null, options.SynchronizeEveryCommit, null);
            connection = inMemory.Connect();
            Create(connection);
            return inMemory;
        }

        FileStream? folderLock = null;
        SqliteConnection? opened = null;
        try
        {
            PrivateFiles.CreateFolder(options.DataFolder);
            folderLock = PrivateFiles.Open(Path.Combine(options.DataFolder, StoreFile.LockName));
            Database database = new(Path.Combine(options.DataFolder, StoreFile.Name), options.SynchronizeEveryCommit, folderLock);
            database.CheckFile();
            bool isNew = database.FindSeal(options, time);
            PrivateFiles.Touch(database.file!);
            connection = opened = database.OpenConnection();
            database.CreateOrCheck(connection, isNew);
            if (options.Checksums && database.seal == StoreSeal.None)
            {
                connection.Dispose();
                database.Reseal(StoreSeal.Digests);
                connection = opened = database.Connect();
            }

            database.NoteStore();
            return database;
        }
        catch (Exception exception)
        {
            opened?.Dispose();
            folderLock?.Dispose();
            if (exception is SqliteException && CheckedFiles.TakeFound(Path.Combine(options.DataFolder, StoreFile.Name)) is { } page)
            {
                throw new StorageException(DamagedText(page), exception);
            }

            if (exception is not StorageException and (IOException or UnauthorizedAccessException or SqliteException))
            {
                throw new StorageException(Explain(exception, options.DataFolder), exception);
            }

            throw;
        }
    }

    /// <summary>
    /// Encrypts the store. The envelope is on the disk before the encrypted file is, and in its place after it: so at each moment what the
    /// file needs is there, and an envelope that is not needed yet does no harm.
    /// </summary>
    /// <param name="key">The operator's key.</param>
    /// <param name="now">When the store's own key is made.</param>
    /// <exception cref="StorageException">It could not be done, and the store is as it was.</exception>
    public void Encrypt(IStoreKey key, DateTimeOffset now)
    {
        (Envelope envelope, StoreCipher cipher) = Envelope.Create(key, now);
        string folder = Path.GetDirectoryName(file)!;
        envelope.Write(Envelope.NewOf(file!));
        PrivateFiles.CopyRights(file!, Envelope.NewOf(file!));
        FolderSync.Run(folder);
        CopyRequests.RemoveLeft(folder);
        Reseal(StoreSeal.Of(cipher));
        FolderSync.Run(folder);
        Envelope.Place(file!);
    }

    /// <summary>Opens another connection.</summary>
    public SqliteConnection Connect()
    {
        SqliteConnection? connection = null;
        try
        {
            connection = OpenConnection();
            Configure(connection);
            return connection;
        }
        catch
        {
            connection?.Dispose();
            ThrowIfDamaged();
            throw;
        }
    }

    /// <summary>What to tell when something in the file cannot be what was written to it.</summary>
    public StorageException Damaged(Exception? cause = null) => new(
        cause is DamagedPageException { Page: var known } ? DamagedText(known)
        : CheckedFiles.TakeFound(file!) is { } found ? DamagedText(found)
        : DamagedText(file!), cause);

    /// <summary>
    /// After a failed call of SQLite on this thread: throws what is known better than SQLite does, namely the page that was found damaged.
    /// </summary>
    public void ThrowIfDamaged()
    {
        if (file is not null && CheckedFiles.TakeFound(file) is { } page)
        {
            PageDamaged?.Invoke(page);
            throw new DamagedPageException(page);
        }
    }

    public void Dispose() => folderLock?.Dispose();

    private SqliteConnection OpenConnection()
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = file ?? ":memory:",
            Pooling = false,
            Vfs = file is null ? null : seal.FileSystem,
        }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>
    /// What each connection may keep of pages that are not mapped: those of the log. There is one for each reader and one for the writer,
    /// so it is a small part of what the process may use.
    /// </summary>
    /// <remarks>
    /// Pages of an encrypted store are never mapped, and cost more to read: where memory is plenty, more of them are kept.
    /// </remarks>
    private long CacheKilobytes
    {
        get
        {
            long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024;
            return Math.Max(Math.Clamp(memory / 64, 1024, 4 * 1024), seal.IsEncrypted ? Math.Min(memory / 256, 64 * 1024) : 0);
        }
    }

    /// <summary>What each of these guarantees, and why it was chosen, is in DESIGN.md.</summary>
    private void Configure(SqliteConnection connection)
    {
        connection.Execute("PRAGMA busy_timeout = 10000");
        connection.Execute("PRAGMA temp_store = MEMORY");
        if (file is not null)
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute($"PRAGMA synchronous = {(synchronizeEveryCommit ? "FULL" : "NORMAL")}");
            connection.Execute($"PRAGMA cache_size = -{CacheKilobytes}");
            connection.Execute("PRAGMA mmap_size = 268435456");
        }
    }

    /// <summary>
    /// Whether the lock file says that the folder has held a store. Then a missing store is a loss, not a first start.
    /// </summary>
    private bool HadStore => folderLock is { Length: > 0 };

    /// <summary>
    /// Refuses a store whose file is gone or empty, as the folder's lock or a log beside it says. The first connection would create a new
    /// file and remove what is left of the log.
    /// </summary>
    private void CheckFile()
    {
        if ((HadStore || StoreFile.HasLog(file!)) && new FileInfo(file!) is not { Exists: true, Length: > 0 })
        {
            throw new StorageException(
                $"The store in {Path.GetDirectoryName(file)} is gone ({StoreFile.Name} is missing or empty); restore a copy of it, or "
                + "empty the folder to start with a new store.");
        }
    }

    private void NoteStore()
    {
        if (folderLock is { Length: 0 })
        {
            StoreFile.Note(folderLock, synchronizeEveryCommit);
        }
    }

    /// <summary>Finds out how pages are sealed, or shall be; true when the file is a new one.</summary>
    private bool FindSeal(EngineOptions options, TimeProvider time)
    {
        bool isNew = new FileInfo(file!) is not { Exists: true, Length: > 0 };
        bool isEncrypted = EncryptedFile.IsEncrypted(file!);
        seal = options.EncryptionKey is { } key && isNew && !isEncrypted ? EncryptedFile.Create(file!, key, time.GetUtcNow())
            : options.EncryptionKey is not null || isEncrypted ? EncryptedFile.Open(file!, options.EncryptionKey)
            : !isNew ? StoreFile.SealOf(file!)
            : options.Checksums ? StoreSeal.Digests
            : StoreSeal.None;

        if (synchronizeEveryCommit)
        {
            StoreFile.CheckLog(file!, seal);
        }

        return isNew;
    }

    /// <summary>Gives pages another seal. No connection may be open.</summary>
    /// <exception cref="StorageException">It could not be done, and the store is as it was.</exception>
    private void Reseal(StoreSeal to)
    {
        try
        {
            // What this thread has found before is not of this.
            _ = CheckedFiles.TakeFound(file!);
            StoreFile.Reseal(file!, seal, to);
            seal = to;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            if (CheckedFiles.TakeFound(file!) is { } page)
            {
                throw new StorageException(DamagedText(page), exception);
            }

            (string done, string otherwise) = to.IsEncrypted
                ? ("encrypted", "")
                : ("given checksums", ", or set Backend.Checksums to false");
            throw new StorageException(
                $"{file} could not be {done} ({exception.Message}); it is as it was. This takes as much free space as the file has: "
                + $"make room{otherwise}.",
                exception);
        }
    }

    /// <summary>Writes nothing before it knows that the file is ours.</summary>
    private void CreateOrCheck(SqliteConnection connection, bool isNew)
    {
        long version = ReadPragma(connection, "user_version");
        if (version == 0 && ReadPragma(connection, "schema_version") == 0)
        {
            if (HadStore)
            {
                throw Damaged();
            }

            if (isNew && seal.Bytes > 0)
            {
                connection.Execute($"PRAGMA page_size = {PageSeal.PageBytes}");
                CheckedFiles.Reserve(connection, seal.Bytes);
            }

            if (isNew)
            {
                SideFile.BeginNewFile(connection);
            }

            Configure(connection);
            Create(connection);
            return;
        }

        if (ReadPragma(connection, "application_id") != ApplicationId)
        {
            throw new StorageException($"{file} is not a DaxProxy store; move it away or choose another data folder.");
        }

        if (version > Layout.Version)
        {
            throw new StorageException(
                $"{file} was written by a newer DaxProxy (layout {version}, this one reads up to {Layout.Version}); start that version.");
        }

        CheckPages(connection);
        Configure(connection);
        if (version < Layout.Version)
        {
            Layout.Migrate(connection, version, file!);
        }
    }

    private static void Create(SqliteConnection connection)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        Layout.Create(connection);
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        transaction.Commit();
    }

    /// <summary>Looks at every page of a small store, for damage that would otherwise look like items that are not there.</summary>
    private void CheckPages(SqliteConnection connection)
    {
        if (ReadPragma(connection, "page_count") * ReadPragma(connection, "page_size") > MaxCheckedBytes)
        {
            return;
        }

        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is not "ok")
        {
            throw Damaged();
        }
    }

    private static long ReadPragma(SqliteConnection connection, string name)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The name is one of ours.
        command.CommandText = $"PRAGMA {name}";
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static string DamagedText(DamagedPage page) =>
        $"The store {page.File} is damaged ({page} does not match its checksum); restore a copy of it or choose another data folder.";

    private static string DamagedText(string file) =>
        $"The store {file} is damaged (no readable database); restore a copy of it or choose another data folder.";

    private static string Explain(Exception exception, string folder) => exception switch
    {
        DamagedPageException damaged => DamagedText(damaged.Page),
        SqliteException { SqliteErrorCode: NotADatabase or Corrupt } => DamagedText(Path.Combine(folder, StoreFile.Name)),
        SqliteException { SqliteErrorCode: ReadOnly or CannotOpen } => $"The data folder {folder} cannot be written; {Remedy}",
        SqliteException sqlite => $"The store in {folder} cannot be opened: SQLite error {sqlite.SqliteErrorCode}.",
        UnauthorizedAccessException => $"The data folder {folder} cannot be written by this user; {Remedy}",
        DirectoryNotFoundException => $"The data folder {folder} cannot be created.",
        IOException fault when PrivateFiles.IsHeldByAnother(fault) =>
            $"The data folder {folder} is in use by another process; stop it or choose another folder.",
        _ => $"The data folder {folder} cannot be written ({exception.Message}); {Remedy}",
    };
}
