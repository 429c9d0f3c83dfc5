using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>The layout of a store: <c>schema.sql</c> for a new one, and a chain of scripts that bring older ones up to it.</summary>
/// <remarks>
/// The scripts <c>to-2.sql</c>, <c>to-3.sql</c>, ... are never changed once released: each takes what the version before it left on users'
/// disks.
/// </remarks>
internal static class Layout
{
    /// <summary>Version of <c>schema.sql</c>, and of the last script.</summary>
    public const int Version = 5;

    /// <summary>Lays out an empty store, in the caller's transaction.</summary>
    public static void Create(SqliteConnection connection)
    {
        connection.Execute(Read("schema.sql"));
        connection.Execute($"PRAGMA user_version = {Version}");
    }

    /// <summary>
    /// Brings an older store up to date, all in one transaction: it has the new layout afterwards, or the old one as it was.
    /// </summary>
    /// <exception cref="StorageException">It did not work.</exception>
    public static void Migrate(SqliteConnection connection, long from, string file)
    {
        try
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            for (long version = from + 1; version <= Version; version++)
            {
                connection.Execute(Read($"to-{version}.sql"));
            }

            connection.Execute($"PRAGMA user_version = {Version}");
            transaction.Commit();
        }
        catch (SqliteException exception)
        {
            throw new StorageException(
                $"{file} could not be brought from layout {from} to {Version} ({exception.Message}); it is as it was, and the DaxProxy "
                + "that wrote it can go on with it.",
                exception);
        }
    }

    private static string Read(string script)
    {
        using Stream stream = typeof(Layout).Assembly.GetManifestResourceStream(script)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
