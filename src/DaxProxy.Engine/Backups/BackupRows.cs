using System.Globalization;
using System.Security.Cryptography;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// The rows of <c>backups</c>. The items of a backup lie among those of tables, under a number that no table has, or has any more.
/// </summary>
internal sealed class BackupRows(ResourceNames names, TimeProvider time)
{
    private const int RandomDigits = 8;
    private const string User = "USER";
    private const string OfDeletedTable = "SYSTEM";

    private const string Columns = "arn, name, type, created_at, expires_at, definition, attribute, rows_id, "
        + "EXISTS (SELECT 1 FROM copies WHERE target_id = rows_id)";

    /// <summary>How long what is left of a deleted table is kept. Source: the service's documentation.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(35);

    /// <summary>Notes a backup that was asked for.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="tableId">Number of the table.</param>
    /// <param name="table">The table, with counts.</param>
    /// <param name="name">The backup's name.</param>
    /// <param name="rowsId">The number under which its items will lie.</param>
    public BackupDetails Insert(Session session, long tableId, TableDescription table, string name, long rowsId) =>
        Insert(session, tableId, table, New(table, name, User, null), rowsId);

    /// <summary>
    /// Notes what is left of a deleted table whose past was kept. Its items stay where they lie, so it costs nothing however many there
    /// are.
    /// </summary>
    public void InsertDeleted(Session session, long tableId, TableDescription table) => Insert(
        session,
        tableId,
        table,
        New(table, table.TableName + "$DeletedTableBackup", OfDeletedTable, time.GetUtcNow() + Retention),
        tableId);

    /// <summary>The backup of a resource name; null when there is none.</summary>
    public StoredBackup? Find(Session session, string arn)
    {
        Statement find = session.Statement($"SELECT {Columns} FROM backups WHERE label = ?1 AND arn = ?2")
            .Bind(1, BackupResource.LabelOf(arn)).Bind(2, arn);
        StoredBackup? found = find.Step() ? Read(find) : null;
        find.Reset();
        return found is null || IsOver(found) ? null : found;
    }

    /// <summary>The backups that a request asks for, and one more where there are more.</summary>
    public List<StoredBackup> List(Session session, ListBackups request)
    {
        Statement rows = session.Statement($"SELECT {Columns} FROM backups WHERE label > ?1 AND (?2 = '' OR table_name = ?2) "
                + "AND created_at >= ?3 AND created_at < ?4 AND (?5 = 'ALL' OR type = ?5) AND ifnull(expires_at > ?6, 1) "
                + "ORDER BY label LIMIT ?7")
            .Bind(1, request.ExclusiveStartBackupArn is { } start ? BackupResource.LabelOf(start) : "")
            .Bind(2, request.TableName ?? "")
            .Bind(3, request.TimeRangeLowerBound is { } from ? CeilingOf(from) : 0)
            .Bind(4, request.TimeRangeUpperBound is { } to ? CeilingOf(to) : long.MaxValue)
            .Bind(5, request.BackupType)
            .Bind(6, time.GetUtcNow().ToUnixTimeMilliseconds())
            .Bind(7, request.Limit + 1);
        List<StoredBackup> found = [];
        while (rows.Step())
        {
            found.Add(Read(rows));
        }

        rows.Reset();
        return found;
    }

    /// <summary>Gives up a backup. Its items are removed afterwards.</summary>
    public static void Delete(Session session, StoredBackup backup)
    {
        session.Statement("DELETE FROM backups WHERE label = ?1")
            .Bind(1, BackupResource.LabelOf(backup.Description.Details.BackupArn)).Run();
        Holds.Release(session, backup.RowsId);
    }

    /// <summary>Gives up the backups that are over; true when there were any.</summary>
    public bool DeleteOver(Session session)
    {
        List<StoredBackup> over = [];
        Statement rows = session.Statement($"SELECT {Columns} FROM backups WHERE expires_at <= ?1")
            .Bind(1, time.GetUtcNow().ToUnixTimeMilliseconds());
        while (rows.Step())
        {
            over.Add(Read(rows));
        }

        rows.Reset();
        over.ForEach(backup => Delete(session, backup));
        return over.Count > 0;
    }

    /// <summary>A number for items that no table has and none will get.</summary>
    public static long NewRowsId(Session session)
    {
        session.Statement("INSERT INTO tables (name, definition) VALUES ('', '')").Run();
        long id = session.LastInsertedId();
        session.Statement("DELETE FROM tables WHERE id = ?1").Bind(1, id).Run();
        return id;
    }

    private static BackupDetails Insert(Session session, long tableId, TableDescription table, BackupDetails backup, long rowsId)
    {
        session.Statement(
                "INSERT INTO backups (label, table_name, arn, name, type, created_at, expires_at, definition, attribute, rows_id) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT attribute FROM time_to_live WHERE table_id = ?9), ?10)")
            .Bind(1, BackupResource.LabelOf(backup.BackupArn)).Bind(2, table.TableName).Bind(3, backup.BackupArn)
            .Bind(4, backup.BackupName).Bind(5, backup.BackupType)
            .Bind(6, backup.BackupCreationDateTime.ToUnixTimeMilliseconds())
            .Bind(7, backup.BackupExpiryDateTime?.ToUnixTimeMilliseconds())
            .Bind(8, EngineCatalog.Serialize(table)).Bind(9, tableId).Bind(10, rowsId).Run();
        return backup;
    }

    private static StoredBackup Read(Statement row)
    {
        TableDescription table = EngineCatalog.Deserialize(row.Text(5));
        BackupDetails details = new()
        {
            BackupArn = row.Text(0),
            BackupName = row.Text(1),
            BackupSizeBytes = table.TableSizeBytes,
            BackupStatus = row.Int64(8) == 0 ? "AVAILABLE" : "CREATING",
            BackupType = row.Text(2),
            BackupCreationDateTime = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)),
            BackupExpiryDateTime = row.OptionalInt64(4) is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
        };
        return new StoredBackup(new BackupDescription(details, table, row.IsNull(6) ? null : row.Text(6)), row.Int64(7));
    }

    /// <summary>Times are kept in milliseconds, and bounds may lie between two of them.</summary>
    private static long CeilingOf(DateTimeOffset time) => time.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();

    private bool IsOver(StoredBackup backup) => backup.Description.Details.BackupExpiryDateTime <= time.GetUtcNow();

    private BackupDetails New(TableDescription table, string name, string type, DateTimeOffset? expires)
    {
        DateTimeOffset now = time.GetUtcNow();
        string label = now.ToUnixTimeMilliseconds().ToString("D14", CultureInfo.InvariantCulture) + "-"
            + RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true);
        return new BackupDetails
        {
            BackupArn = names.Backup(table.TableName, label),
            BackupName = name,
            BackupSizeBytes = table.TableSizeBytes,
            BackupStatus = "CREATING",
            BackupType = type,
            BackupCreationDateTime = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            BackupExpiryDateTime = expires,
        };
    }
}
