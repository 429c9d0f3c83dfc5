using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaxProxy.Engine.Storage.Checksums;

/// <summary>The file of a store before SQLite opens it: whether it has checksums, and how one without is given them.</summary>
internal static class StoreFile
{
    /// <summary>Where the header of the file says how many bytes of each page are reserved. Source: the SQLite file format.</summary>
    private const int ReservedOffset = 20;

    /// <summary>Name of the store's file in its folder.</summary>
    public const string Name = "daxproxy.db";

    /// <summary>Name of the file that keeps other processes out.</summary>
    public const string LockName = "daxproxy.lock";

    /// <summary>Where a copy with checksums grows until it takes the place of the store.</summary>
    public static string CopyOf(string file) => file + "-new";

    /// <summary>Path of the log beside a file.</summary>
    public static string LogOf(string file) => file + "-wal";

    /// <summary>Whether the pages of a file have digests. A file that is missing or shorter than a page has none.</summary>
    /// <exception cref="DamagedPageException">
    /// The first page, which says so, is damaged, and there is no log that may have it whole.
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
            return isIntact || new FileInfo(LogOf(file)) is { Exists: true, Length: > 0 } ? true : throw Damage(file);
        }

        page[ReservedOffset] = PageSeal.SealBytes;
        return PageSeal.IsIntact(page, 1) ? throw Damage(file) : false;
    }

    /// <summary>
    /// Gives a store checksums: writes a copy that has them and puts it in the store's place, which is one step of the file system. So an
    /// interruption leaves the store as it was, or the copy. Takes as much space as the store until it is done.
    /// </summary>
    /// <param name="file">The file, which this process alone has open, and by no connection.</param>
    /// <exception cref="SqliteException">The copy could not be made.</exception>
    /// <exception cref="IOException">It could not be put in the store's place.</exception>
    public static void AddChecksums(string file)
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
                DataSource = Uri(file, CheckedFiles.UsualName),
                Pooling = false,
            }.ToString()))
            {
                connection.Open();
                connection.Execute("PRAGMA synchronous = FULL");
                connection.Execute("PRAGMA temp_store = MEMORY");
                connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
                CheckedFiles.Reserve(connection);
                using SqliteCommand vacuum = connection.CreateCommand();
                vacuum.CommandText = "VACUUM INTO $copy";
                vacuum.Parameters.AddWithValue("$copy", Uri(copy, CheckedFiles.Name));
                vacuum.ExecuteNonQuery();
            }

            if (!HasChecksums(copy) || new FileInfo(LogOf(file)) is { Exists: true, Length: > 0 })
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
    /// Writes the state of a store, as of this moment, to a new file, with checksums where the store has them. The file is synchronised.
    /// </summary>
    /// <param name="file">The store, which this process has open, or no process.</param>
    /// <param name="copy">The new file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SqliteException">The copy could not be made, or was given up.</exception>
    public static void CopyInto(string file, string copy, CancellationToken cancellationToken)
    {
        bool hasChecksums = HasChecksums(file);
        if (hasChecksums)
        {
            CheckedFiles.Register();
        }

        string? fileSystem = hasChecksums ? CheckedFiles.Name : CheckedFiles.UsualName;
        File.Delete(copy);
        PrivateFiles.Touch(copy);
        using (SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = Uri(file, fileSystem),
            Pooling = false,
        }.ToString()))
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 10000");
            connection.Execute("PRAGMA temp_store = MEMORY");
            using CancellationTokenRegistration giveUp = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            using SqliteCommand vacuum = connection.CreateCommand();
            vacuum.CommandText = "VACUUM INTO $copy";
            vacuum.Parameters.AddWithValue("$copy", Uri(copy, fileSystem));
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

    private static int ReadFirst(string file, byte[] page)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false);
    }

    private static DamagedPageException Damage(string file) => new(new DamagedPage(file, 1, IsInLog: false));

    private static string Uri(string path, string? fileSystem) =>
        new Uri(Path.GetFullPath(path)).AbsoluteUri + (fileSystem is null ? "" : "?vfs=" + fileSystem);
}
