using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>Reads every page of a store that no process has open, and changes nothing.</summary>
/// <param name="File">Path of the store's file.</param>
/// <param name="Pages">Pages of the file.</param>
/// <param name="HasChecksums">
/// Whether pages have checksums, or are encrypted; if not, only SQLite's own check of the structure was made.
/// </param>
/// <param name="Damaged">The damaged pages, each with the tree it belongs to where that can be told, such as <c>items</c>.</param>
public sealed record StoreCheck(string File, long Pages, bool HasChecksums, IReadOnlyList<(DamagedPage Page, string? Tree)> Damaged)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The page at 1 GB, whose bytes SQLite locks and never writes.</summary>
    private const long LockedPage = (0x40000000 / PageSeal.PageBytes) + 1;

    /// <summary>Looks at the store of a folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="key">Asked for the operator's key where the store is encrypted; answers null where there is none.</param>
    /// <exception cref="StorageException">There is no store, it is in use, or it cannot be read.</exception>
    public static StoreCheck Run(string folder, Func<IStoreKey?> key)
    {
        string file = Path.Combine(folder, StoreFile.Name);
        try
        {
            // The same lock as a process that serves holds. Where there is none there was never a store.
            using FileStream taken = new(Path.Combine(folder, StoreFile.LockName), FileMode.Open, FileAccess.Read, FileShare.None);
            List<(DamagedPage, string?)> damaged = [];
            StoreSeal seal = FindSeal(file, key);
            bool isSealed = seal.Bytes > 0;
            long pages = isSealed ? CheckPages(file, seal, damaged) : CheckStructure(file, damaged);
            if (isSealed && System.IO.File.Exists(StoreFile.LogOf(file)))
            {
                using FileStream log = new(StoreFile.LogOf(file), FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
                if (LogAudit.FindDamage(log, seal) is { } frame)
                {
                    damaged.Add((new DamagedPage(file, frame, IsInLog: true), null));
                }
                else
                {
                    // The power may have gone while the log was copied to the file: what is torn there is whole in the log, which the next
                    // start reads.
                    log.Position = 0;
                    HashSet<long> whole = LogAudit.PagesIn(log, seal);
                    damaged.RemoveAll(one => whole.Contains(one.Item1.Number));
                }
            }

            return new StoreCheck(file, pages, isSealed, damaged);
        }
        catch (Exception exception)
            when (exception is not StorageException and (IOException or UnauthorizedAccessException or SqliteException))
        {
            throw new StorageException(exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => $"There is no store in {folder}.",
                UnauthorizedAccessException => $"The data folder {folder} is not readable for this user.",
                SqliteException => $"The store {file} is damaged (no readable database).",
                _ => $"The data folder {folder} is in use by another process, or cannot be read; stop the process first "
                    + $"({exception.Message}).",
            }, exception);
        }
    }

    /// <summary>Whether every page of a file without free pages is what was written.</summary>
    internal static bool IsWhole(string file, StoreSeal seal)
    {
        List<(DamagedPage, string?)> damaged = [];
        return CheckPages(file, seal, damaged) > 0 && damaged.Count == 0;
    }

    private static StoreSeal FindSeal(string file, Func<IStoreKey?> key)
    {
        if (EncryptedFile.IsEncrypted(file))
        {
            return EncryptedFile.Open(file, key(), mayBeDamaged: true);
        }

        try
        {
            return StoreFile.SealOf(file);
        }
        catch (DamagedPageException)
        {
            // The first page itself; it is found again with all others.
            return StoreSeal.Digests;
        }
    }

    private static long CheckPages(string file, StoreSeal seal, List<(DamagedPage, string?)> damaged)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        byte[] page = new byte[PageSeal.PageBytes];
        long number = 0;
        List<long> bad = [];
        for (int read; (read = stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false)) > 0;)
        {
            number++;
            if (read < page.Length || (number != LockedPage && !seal.TryOpen(page, number)))
            {
                bad.Add(number);
            }
        }

        Dictionary<long, string> owners = PageOwners.Find(file, stream, seal, bad);
        foreach (long one in bad)
        {
            // A free page may never have been written: one that was taken and given back within one change.
            if (owners.GetValueOrDefault(one) is not PageOwners.Free and var owner)
            {
                damaged.Add((new DamagedPage(file, one, IsInLog: false), owner));
            }
        }

        return number;
    }

    /// <summary>All that can be done for a store without checksums. Leaves the log alone: what is read of it is read as a copy.</summary>
    private static long CheckStructure(string file, List<(DamagedPage, string?)> damaged)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        connection.Open();
        using SqliteCommand check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check(1)";
        if (check.ExecuteScalar() is not "ok")
        {
            damaged.Add((new DamagedPage(file, 0, IsInLog: false), null));
        }

        check.CommandText = "PRAGMA page_count";
        return Convert.ToInt64(check.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
