using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>A SQLite file that lies beside the store of items, with what is not part of it.</summary>
internal static class SideFile
{
    /// <summary>Opens a file, made for its owner only if need be, or a database that ends with the process.</summary>
    /// <param name="folder">Its folder, made if need be; null for none.</param>
    /// <param name="fileName">Its name.</param>
    /// <param name="withoutFolder">The data source where there is no folder.</param>
    /// <param name="purpose">What cannot be kept where it cannot be opened, as a subject in the plural.</param>
    /// <param name="remedy">What else to do about that than to name another folder; empty for nothing.</param>
    /// <param name="make">Sets the database up and makes what owns the connection from then on.</param>
    /// <exception cref="StorageException">The folder or the file cannot be used.</exception>
    public static T Open<T>(
        string? folder, string fileName, string withoutFolder, string purpose, string remedy, Func<SqliteConnection, T> make)
    {
        SqliteConnection? connection = null;
        try
        {
            if (folder is not null)
            {
                PrivateFiles.CreateFolder(folder);
                PrivateFiles.Touch(Path.Combine(folder, fileName));
            }

            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = folder is null ? withoutFolder : Path.Combine(folder, fileName),
                Pooling = false,
            }.ToString());
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 10000");
            connection.Execute("PRAGMA cache_size = -2048");
            return make(connection);
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            if (exception is not StorageException and (IOException or UnauthorizedAccessException or SqliteException))
            {
                throw new StorageException(
                    $"{purpose} cannot be kept in {folder} ({exception.Message}); name a folder that can be written to in "
                    + $"Backend:DataFolder{remedy}.",
                    exception);
            }

            throw;
        }
    }

    /// <summary>Sets up one that lies in a folder: readers do not wait, and what the power takes away is not missed.</summary>
    /// <param name="connection">The file.</param>
    /// <param name="applicationId">What marks it as ours.</param>
    /// <param name="isShared">Whether other processes may open it at the same time.</param>
    public static void Configure(SqliteConnection connection, int applicationId, bool isShared)
    {
        connection.Execute("PRAGMA synchronous = NORMAL");
        if (!isShared && IsEmpty(connection))
        {
            BeginNewFile(connection);
        }

        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute($"PRAGMA application_id = {applicationId}");
    }

    /// <summary>
    /// To be called before the first page of a file is written that no other process opens. There is nothing yet that a journal could bring
    /// back, and without one the start waits for the disk three times less.
    /// </summary>
    public static void BeginNewFile(SqliteConnection connection) => connection.Execute("PRAGMA journal_mode = MEMORY");

    /// <summary>Copies a file of a folder, if it is there, into another folder, while processes use it or none does.</summary>
    /// <param name="fileName">Its name.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="target">The other folder.</param>
    /// <param name="purpose">What could not be copied where that fails, as a subject in the plural.</param>
    /// <exception cref="StorageException">It could not be copied.</exception>
    public static void Copy(string fileName, string folder, string target, string purpose)
    {
        string file = Path.Combine(folder, fileName), copy = Path.Combine(target, fileName);
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            PrivateFiles.Touch(copy);
            using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            connection.Open();
            using SqliteCommand vacuum = connection.CreateCommand();
            vacuum.CommandText = "VACUUM INTO $copy";
            vacuum.Parameters.AddWithValue("$copy", copy);
            vacuum.ExecuteNonQuery();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StorageException($"{purpose} in {folder} could not be copied to {target}: {exception.Message}", exception);
        }
    }

    private static bool IsEmpty(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA page_count";
        return command.ExecuteScalar() is 0L;
    }
}
