using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// One prepared SQL statement of one connection, used over and over. It works on SQLite's own interface, because that one takes and gives
/// spans: keys are bound from the stack and items are copied once, from SQLite's page into the reply.
/// </summary>
/// <remarks>Not thread-safe. Bind, step until false, reset; the spans of a row live until the next step.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly Database? store;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <summary>Prepares a statement.</summary>
    /// <param name="connection">The connection, which outlives it.</param>
    /// <param name="sql">Its text.</param>
    /// <param name="store">The store, where its pages may have checksums.</param>
    public Statement(SqliteConnection connection, string sql, Database? store = null)
    {
        this.store = store;
        database = connection.Handle!;
        int code = raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement);
        Demand(code);
    }

    /// <summary>Binds a number to the parameter at a position, from 1.</summary>
    public Statement Bind(int position, long value)
    {
        Demand(raw.sqlite3_bind_int64(statement, position, value));
        return this;
    }

    /// <summary>Binds bytes to the parameter at a position, from 1.</summary>
    public Statement Bind(int position, ReadOnlySpan<byte> value)
    {
        int code = value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, position, 0)
            : raw.sqlite3_bind_blob(statement, position, value);
        Demand(code);
        return this;
    }

    /// <summary>Binds text to the parameter at a position, from 1.</summary>
    public Statement Bind(int position, string value)
    {
        Demand(raw.sqlite3_bind_text(statement, position, value));
        return this;
    }

    /// <summary>Binds a number, or nothing, to the parameter at a position, from 1.</summary>
    public Statement Bind(int position, long? value) => value is { } number ? Bind(position, number) : BindNull(position);

    /// <summary>Binds nothing to the parameter at a position, from 1.</summary>
    public Statement BindNull(int position)
    {
        Demand(raw.sqlite3_bind_null(statement, position));
        return this;
    }

    /// <summary>Whether a column of the current row, from 0, holds nothing.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>Number in a column of the current row, from 0; null when it holds nothing.</summary>
    public long? OptionalInt64(int column) => IsNull(column) ? null : Int64(column);

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(statement);
            Demand(code);
        }

        return false;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Number in a column of the current row, from 0.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>Bytes in a column of the current row, from 0; valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>Text in a column of the current row, from 0.</summary>
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>Makes the statement ready for its next use and lets go of what it has locked.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    public void Dispose() => statement.Dispose();

    private void Demand(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            store?.ThrowIfDamaged();
            SqliteException.ThrowExceptionForRC(code, database);
        }
    }
}
