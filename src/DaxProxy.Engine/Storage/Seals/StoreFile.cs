using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// The file of a store before SQLite opens it: whether it has checksums, and how its pages are sealed in another way than they are.
/// </summary>
internal static class StoreFile
{
    /// <summary>Where the header of the file says how many bytes of each page are reserved. Source: the SQLite file format.</summary>
    public const int ReservedOffset = 20;

    /// <summary>Name of the store's file in its folder.</summary>
    public const string Name = "daxproxy.db";

    /// <summary>Name of the file that keeps other processes out.</summary>
    public const string LockName = "daxproxy.lock";

    private const int LogBufferBytes = 1 << 20;

    /// <summary>Option of a connection: closed as the last one, it leaves the log as it is. Source: sqlite3.h.</summary>
    private const int KeepLogOnClose = 1006;

    /// <summary>Where a copy with checksums grows until it takes the place of the store.</summary>
    public static string CopyOf(string file) => file + "-new";

    /// <summary>Path of the log beside a file.</summary>
    public static string LogOf(string file) => file + "-wal";

    /// <summary>Whether the pages of a file have digests. A file that is missing or shorter than a page has none.</summary>
    /// <exception cref="DamagedPageException">
    /// The first page, which says so, is damaged, and the log does not have it whole.
    /// </exception>
    public static bool HasChecksums(string file)
    {
        byte[] page = new byte[PageSeal.PageBytes];
        if (!File.Exists(file) || ReadFirst(file, page) < page.Length)
        {
            return false;
        }

        bool isIntact = PageSeal.IsIntact(page, 1);
        if (isIntact || page[ReservedOffset] == PageSeal.SealBytes)
        {
            // The power may have gone while the log was copied to the file: then the page is in the log.
            return isIntact || HasFirstInLog(file, StoreSeal.Digests) ? true : throw Damage(file);
        }

        page[ReservedOffset] = PageSeal.SealBytes;
        return PageSeal.IsIntact(page, 1) ? throw Damage(file) : false;
    }

    /// <summary>How the pages of a file that is not encrypted are sealed.</summary>
    /// <exception cref="DamagedPageException">As of <see cref="HasChecksums"/>.</exception>
    public static StoreSeal SealOf(string file) => HasChecksums(file) ? StoreSeal.Digests : StoreSeal.None;

    /// <summary>
    /// Whether the log has the first page whole. Only then may what the file has there be a copy that was cut short; else it is damaged,
    /// or opened with another key, and SQLite would throw away a log that does not fit.
    /// </summary>
    /// <param name="file">The store's file, which no connection has open.</param>
    /// <param name="seal">How pages are sealed.</param>
    public static bool HasFirstInLog(string file, StoreSeal seal)
    {
        if (!HasLog(file))
        {
            return false;
        }

        using FileStream log = OpenLog(file);
        return LogAudit.PagesIn(log, seal).Contains(1);
    }

    /// <summary>Refuses a store in whose log acknowledged writes lie behind damage: SQLite would leave them out.</summary>
    /// <param name="file">The store's file, which no connection has open.</param>
    /// <param name="seal">How pages are sealed.</param>
    /// <exception cref="StorageException">There is such damage.</exception>
    public static void CheckLog(string file, StoreSeal seal)
    {
        if (seal.Bytes == 0 || !HasLog(file))
        {
            return;
        }

        using FileStream log = OpenLog(file);
        if (LogAudit.FindDamage(log, seal) is { } number)
        {
            throw new StorageException(
                $"The store {file} is damaged (frame {number} of {log.Name} does not match its checksum, and acknowledged writes are "
                + "in it and after it); restore a copy of it, or start once with Backend.Synchronous=normal to go on without them.");
        }
    }

    /// <summary>Whether there is a log with anything in it.</summary>
    public static bool HasLog(string file) => new FileInfo(LogOf(file)) is { Exists: true, Length: > 0 };

    /// <summary>
    /// Gives the pages of a store checksums, or encrypts them: writes a copy whose pages are so and puts it in the store's place, which is
    /// one step of the file system. So an interruption leaves the store as it was, or the copy. Takes as much space as the store until it
    /// is done.
    /// </summary>
    /// <param name="file">The file, which this process alone has open, and by no connection.</param>
    /// <param name="from">How pages are sealed.</param>
    /// <param name="to">How they are to be.</param>
    /// <exception cref="SqliteException">The copy could not be made.</exception>
    /// <exception cref="IOException">It could not be put in the store's place.</exception>
    public static void Reseal(string file, StoreSeal from, StoreSeal to)
    {
        string copy = CopyOf(file);
        File.Delete(copy);
        File.Delete(copy + "-journal");
        try
        {
            // SQLite takes an empty file as well as none, and would let every user of the machine read what it makes.
            PrivateFiles.Touch(copy);
            using (SqliteConnection connection = new(new SqliteConnectionStringBuilder
            {
                DataSource = Uri(file, from.FileSystem),
                Pooling = false,
            }.ToString()))
            {
                connection.Open();
                connection.Execute("PRAGMA synchronous = FULL");
                connection.Execute("PRAGMA temp_store = MEMORY");
                connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
                CheckedFiles.Reserve(connection, to.Bytes);
                using SqliteCommand vacuum = connection.CreateCommand();
                vacuum.CommandText = "VACUUM INTO $copy";
                vacuum.Parameters.AddWithValue("$copy", Uri(copy, to.FileSystem));
                vacuum.ExecuteNonQuery();
            }

            if (!StoreCheck.IsWhole(copy, to) || HasLog(file))
            {
                throw new IOException("the copy is not complete");
            }

            using (FileStream written = new(copy, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            PrivateFiles.CopyRights(file, copy);

            // The folder need not be synchronised: SQLite does so before it calls the log that it makes next safe.
            File.Move(copy, file, overwrite: true);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>
    /// Writes the state of a store, as of this moment, to a new file, whose pages are sealed as the store's are. The file is synchronised.
    /// The store stays as it is, what is in its log included.
    /// </summary>
    /// <param name="file">The store, which this process has open, or no process.</param>
    /// <param name="copy">The new file.</param>
    /// <param name="seal">How pages are sealed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SqliteException">The copy could not be made, or was given up.</exception>
    public static void CopyInto(string file, string copy, StoreSeal seal, CancellationToken cancellationToken)
    {
        File.Delete(copy);
        PrivateFiles.Touch(copy);
        using (SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = Uri(file, seal.FileSystem),
            Pooling = false,
        }.ToString()))
        {
            connection.Open();
            if (raw.sqlite3_db_config(connection.Handle!, KeepLogOnClose, 1, out _) is var code and not raw.SQLITE_OK)
            {
                throw new IOException($"the log would not be kept (SQLite error {code})");
            }

            connection.Execute("PRAGMA busy_timeout = 10000");
            connection.Execute("PRAGMA temp_store = MEMORY");
            using CancellationTokenRegistration giveUp = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            using SqliteCommand vacuum = connection.CreateCommand();
            vacuum.CommandText = "VACUUM INTO $copy";
            vacuum.Parameters.AddWithValue("$copy", Uri(copy, seal.FileSystem));
            vacuum.ExecuteNonQuery();
        }

        using FileStream written = new(copy, FileMode.Open, FileAccess.ReadWrite);
        written.Flush(flushToDisk: true);
    }

    /// <summary>Notes in the lock file of a folder that it has a store: a missing one is a loss from then on.</summary>
    public static void Note(FileStream folderLock, bool isSynchronized = true)
    {
        folderLock.Write("store\n"u8);
        folderLock.Flush(flushToDisk: isSynchronized);
    }

    /// <summary>Reads the first page. Returns how much of it there is.</summary>
    public static int ReadFirst(string file, byte[] page)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false);
    }

    /// <summary>What says that the first page is damaged.</summary>
    public static DamagedPageException Damage(string file) => new(new DamagedPage(file, 1, IsInLog: false));

    private static FileStream OpenLog(string file) =>
        new(LogOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, LogBufferBytes);

    private static string Uri(string path, string? fileSystem) =>
        new Uri(Path.GetFullPath(path)).AbsoluteUri + (fileSystem is null ? "" : "?vfs=" + fileSystem);
}
