using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage.Files;

/// <summary>Runs fixed SQL texts that return nothing: pragmas and definitions.</summary>
internal static class SqliteText
{
    /// <summary>Runs a text.</summary>
    /// <exception cref="SqliteException">SQLite refuses it, or cannot write.</exception>
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text here is ours; nothing a client sent is part of it.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
