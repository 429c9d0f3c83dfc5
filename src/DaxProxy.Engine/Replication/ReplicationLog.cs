using System.Collections.Concurrent;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Replication;

/// <summary>
/// What a region keeps for the sake of others: which of its tables are replicas, when and where each of their items was written last, its
/// own writes until all have them, and how far it has come with theirs.
/// </summary>
/// <remarks>
/// The rows are tables of the store that only stores with regions have. They change in the transactions of the writes that they are about.
/// Any thread may ask which tables are replicas; that changes on the writer's thread, after a commit.
/// </remarks>
internal sealed class ReplicationLog
{
    /// <summary>No more of items are read at once, but for one that is larger.</summary>
    private const long MostBytesRead = 2 << 20;

    private static readonly string[] Layout =
    [
        "CREATE TABLE IF NOT EXISTS region (name TEXT NOT NULL, forgotten_before INTEGER NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS replicas (
            table_id    INTEGER PRIMARY KEY,
            global_id   TEXT    NOT NULL,
            made_from   TEXT,
            joined_at   INTEGER NOT NULL,
            is_copied   INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS stamps (
            table_id    INTEGER NOT NULL,
            hash        INTEGER NOT NULL,
            key         BLOB    NOT NULL,
            written_at  INTEGER NOT NULL,
            region      TEXT    NOT NULL,
            is_deleted  INTEGER NOT NULL,
            PRIMARY KEY (table_id, hash, key)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS tombstones ON stamps (table_id, written_at) WHERE is_deleted = 1",
        """
        CREATE TABLE IF NOT EXISTS outgoing (
            sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
            table_id    INTEGER NOT NULL,
            hash        INTEGER NOT NULL,
            key         BLOB    NOT NULL,
            written_at  INTEGER NOT NULL,
            item        BLOB,
            size        INTEGER,
            page_size   INTEGER
        )
        """,
        "CREATE INDEX IF NOT EXISTS outgoing_by_table ON outgoing (table_id, sequence)",
        """
        CREATE TABLE IF NOT EXISTS arrived (
            table_id    INTEGER NOT NULL,
            region      TEXT    NOT NULL,
            sequence    INTEGER NOT NULL,
            PRIMARY KEY (table_id, region)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE IF NOT EXISTS former_replicas (table_id INTEGER PRIMARY KEY)",
    ];

    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<long, Membership> members = [];
    private readonly ConcurrentDictionary<long, long> last = [];
    private long forgottenBefore;

    private ReplicationLog(string region, TimeProvider time) => (Region, this.time) = (region, time);

    /// <summary>The region.</summary>
    public string Region { get; }

    /// <summary>Reads what a store holds, which becomes that of a region if it was of none.</summary>
    /// <exception cref="StorageException">The store is that of another region.</exception>
    public static ReplicationLog Load(Session session, string region, TimeProvider time)
    {
        foreach (string statement in Layout)
        {
            session.Statement(statement).Run();
        }

        ReplicationLog log = new(region, time);
        log.CheckRegion(session);
        log.SkipNumbers(session);
        Statement rows = session.Statement("SELECT table_id, global_id, made_from, joined_at, is_copied FROM replicas");
        while (rows.Step())
        {
            log.Show(new Membership(
                rows.Int64(0), rows.Text(1), rows.IsNull(2) ? null : rows.Text(2), rows.Int64(3), rows.Int64(4) != 0));
        }

        rows.Reset();
        Statement ends = session.Statement("SELECT table_id, max(sequence) FROM outgoing GROUP BY table_id");
        while (ends.Step())
        {
            log.last[ends.Int64(0)] = ends.Int64(1);
        }

        ends.Reset();
        return log;
    }

    /// <summary>What a table is a replica of; null for a table of this region alone.</summary>
    public Membership? Find(long tableId) => members.GetValueOrDefault(tableId);

    /// <summary>The number of the table's last write that is logged, or was about to be; 0 for none since the log was empty.</summary>
    public long Last(long tableId) => last.GetValueOrDefault(tableId);

    /// <summary>Shows from now on that a table is a replica. After the commit.</summary>
    public void Show(Membership member) => members[member.TableId] = member;

    /// <summary>Shows from now on that a table is none. After the commit.</summary>
    public void Forget(long tableId)
    {
        members.TryRemove(tableId, out _);
        last.TryRemove(tableId, out _);
    }

    /// <summary>
    /// Makes a table a replica, within a change. What is left of an earlier time as one is removed first: later it could not be told from
    /// what is noted from now on.
    /// </summary>
    public Membership Add(Session session, long tableId, string group, string? madeFrom)
    {
        session.Statement("DELETE FROM stamps WHERE table_id = ?1").Bind(1, tableId).Run();
        session.Statement("DELETE FROM outgoing WHERE table_id = ?1").Bind(1, tableId).Run();
        session.Statement("DELETE FROM former_replicas WHERE table_id = ?1").Bind(1, tableId).Run();

        Membership member = new(tableId, group, madeFrom, time.GetUtcNow().ToUnixTimeMilliseconds(), madeFrom is null);
        Statement insert = session.Statement(
                "INSERT INTO replicas (table_id, global_id, made_from, joined_at, is_copied) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, tableId).Bind(2, group).Bind(4, member.JoinedAt).Bind(5, member.IsCopied ? 1L : 0L);
        (madeFrom is null ? insert.BindNull(3) : insert.Bind(3, madeFrom)).Run();
        return member;
    }

    /// <summary>Notes, within a change, that all items have been copied into a replica.</summary>
    public static void Complete(Session session, long tableId) =>
        session.Statement("UPDATE replicas SET is_copied = 1 WHERE table_id = ?1").Bind(1, tableId).Run();

    /// <summary>A table is a replica no longer, within a change. The rows of its items are removed later.</summary>
    public static void Drop(Session session, long tableId)
    {
        session.Statement("INSERT INTO former_replicas SELECT table_id FROM replicas WHERE table_id = ?1").Bind(1, tableId).Run();
        session.Statement("DELETE FROM replicas WHERE table_id = ?1").Bind(1, tableId).Run();
        session.Statement("DELETE FROM arrived WHERE table_id = ?1").Bind(1, tableId).Run();
    }

    /// <summary>Logs a write that was made here, if others are to have it.</summary>
    public void Note(Session session, RowKey row, WriteEffect effect)
    {
        long tableId = effect.Table.Id;
        if (!members.ContainsKey(tableId))
        {
            return;
        }

        // Deletions that are forgotten here may be remembered elsewhere: also after a clock was set back, a write is later than they are.
        WriteStamp? before = FindStamp(session, tableId, row) ?? new WriteStamp(Volatile.Read(ref forgottenBefore), Region);
        WriteStamp stamp = WriteStamp.Next(time.GetUtcNow(), Region, before);
        StoreStamp(session, tableId, row, stamp, effect.New is null);
        Statement insert = session.Statement(
                "INSERT INTO outgoing (table_id, hash, key, written_at, item, size, page_size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key).Bind(4, stamp.At)
            .Bind(6, (long?)effect.New?.Item.SizeBytes).Bind(7, (long?)effect.New?.PageBytes);
        (effect.New is null ? insert.BindNull(5) : insert.Bind(5, effect.New.Item.Json.Span)).Run();
        last[tableId] = session.LastInsertedId();
    }

    /// <summary>When and where an item was written last; null where nothing is known.</summary>
    public static WriteStamp? FindStamp(Session session, long tableId, RowKey row)
    {
        Statement find = session.Statement("SELECT written_at, region FROM stamps WHERE table_id = ?1 AND hash = ?2 AND key = ?3")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key);
        WriteStamp? found = find.Step() ? new WriteStamp(find.Int64(0), find.Text(1)) : null;
        find.Reset();
        return found;
    }

    /// <summary>Notes when and where an item was written last.</summary>
    public static void StoreStamp(Session session, long tableId, RowKey row, WriteStamp stamp, bool isDeleted) =>
        session.Statement("INSERT OR REPLACE INTO stamps (table_id, hash, key, written_at, region, is_deleted) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, tableId).Bind(2, row.Hash).Bind(3, row.Key).Bind(4, stamp.At).Bind(5, stamp.Region).Bind(6, isDeleted ? 1L : 0L)
            .Run();

    /// <summary>How far a table has come with the writes of another region.</summary>
    public static long Arrived(Session session, long tableId, string region)
    {
        Statement find = session.Statement("SELECT sequence FROM arrived WHERE table_id = ?1 AND region = ?2")
            .Bind(1, tableId).Bind(2, region);
        long found = find.Step() ? find.Int64(0) : 0;
        find.Reset();
        return found;
    }

    /// <summary>Notes how far a table has come with the writes of another region.</summary>
    public static void StoreArrived(Session session, long tableId, string region, long sequence) =>
        session.Statement("INSERT OR REPLACE INTO arrived (table_id, region, sequence) VALUES (?1, ?2, ?3)")
            .Bind(1, tableId).Bind(2, region).Bind(3, sequence).Run();

    /// <summary>Takes the writes of another region from their beginning, within a change.</summary>
    public static void ForgetArrived(Session session, long tableId, string region) =>
        session.Statement("DELETE FROM arrived WHERE table_id = ?1 AND region = ?2").Bind(1, tableId).Bind(2, region).Run();

    /// <summary>The number of a table's newest write that is logged; 0 for none.</summary>
    public static long End(Session session, long tableId)
    {
        Statement find = session.Statement("SELECT max(sequence) FROM outgoing WHERE table_id = ?1").Bind(1, tableId);
        find.Step();
        long end = find.OptionalInt64(0) ?? 0;
        find.Reset();
        return end;
    }

    /// <summary>A table's logged writes behind one, oldest first; one at least, if there is any.</summary>
    public List<LoggedChange> Read(Session session, long tableId, long after, int limit)
    {
        List<LoggedChange> found = [];
        long bytes = 0;
        Statement rows = session.Statement(
                "SELECT sequence, hash, key, written_at, item, size, page_size FROM outgoing WHERE table_id = ?1 AND sequence > ?2 "
                + "ORDER BY sequence LIMIT ?3")
            .Bind(1, tableId).Bind(2, after).Bind(3, limit);
        while (bytes < MostBytesRead && rows.Step())
        {
            bytes += rows.OptionalInt64(5) ?? 0;
            found.Add(new LoggedChange(
                rows.Int64(0),
                new RowKey(rows.Int64(1), rows.Blob(2).ToArray()),
                new WriteStamp(rows.Int64(3), Region),
                rows.IsNull(4) ? null : Session.ReadStored(rows, 4)));
        }

        rows.Reset();
        return found;
    }

    /// <summary>
    /// Items of a table with their stamps, behind a place and in the order of places, for a new replica; one at least, if there is any.
    /// </summary>
    public static List<LoggedChange> ReadItems(Session session, long tableId, RowKey? after, int limit)
    {
        List<LoggedChange> found = [];
        long bytes = 0;
        Statement rows = session.Statement(
                "SELECT i.hash, i.key, s.written_at, s.region, i.item, i.size, i.page_size FROM items i LEFT JOIN stamps s "
                + "ON s.table_id = i.table_id AND s.hash = i.hash AND s.key = i.key "
                + "WHERE i.table_id = ?1 AND (i.hash, i.key) > (?2, ?3) ORDER BY i.hash, i.key LIMIT ?4")
            .Bind(1, tableId).Bind(2, after?.Hash ?? long.MinValue).Bind(3, after?.Key ?? []).Bind(4, limit);
        while (bytes < MostBytesRead && rows.Step())
        {
            bytes += rows.OptionalInt64(5) ?? 0;
            found.Add(new LoggedChange(
                0,
                new RowKey(rows.Int64(0), rows.Blob(1).ToArray()),
                rows.IsNull(2) ? null : new WriteStamp(rows.Int64(2), rows.Text(3)),
                Session.ReadStored(rows, 4)));
        }

        rows.Reset();
        return found;
    }

    /// <summary>How many writes of a table are logged behind one, and the time of the oldest; null for none.</summary>
    public static (long Count, long? OldestAt) Pending(Session session, long tableId, long after)
    {
        Statement count = session.Statement("SELECT count(*), min(written_at) FROM outgoing WHERE table_id = ?1 AND sequence > ?2")
            .Bind(1, tableId).Bind(2, after);
        count.Step();
        (long, long?) found = (count.Int64(0), count.OptionalInt64(1));
        count.Reset();
        return found;
    }

    /// <summary>Removes some of what all members have, and of deletions that are long past. Returns how many rows.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="upTo">The number of the last write that all members have.</param>
    /// <param name="tombstonesBefore">Deletions before this time, in microseconds, are forgotten.</param>
    /// <param name="limit">Most rows of each kind.</param>
    public long Trim(Session session, long tableId, long upTo, long tombstonesBefore, int limit)
    {
        if (tombstonesBefore > Volatile.Read(ref forgottenBefore))
        {
            session.Statement("UPDATE region SET forgotten_before = ?1").Bind(1, tombstonesBefore).Run();
            Volatile.Write(ref forgottenBefore, tombstonesBefore);
        }

        session.Statement("DELETE FROM outgoing WHERE sequence IN "
                + "(SELECT sequence FROM outgoing WHERE table_id = ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3)")
            .Bind(1, tableId).Bind(2, upTo).Bind(3, limit).Run();
        long removed = Changed(session);
        session.Statement("DELETE FROM stamps WHERE table_id = ?1 AND (hash, key) IN "
                + "(SELECT hash, key FROM stamps WHERE table_id = ?1 AND is_deleted = 1 AND written_at < ?2 LIMIT ?3)")
            .Bind(1, tableId).Bind(2, tombstonesBefore).Bind(3, limit).Run();
        return removed + Changed(session);
    }

    /// <summary>Removes some rows of a table that is a replica no longer. Returns how many; 0 where there was none.</summary>
    public long TrimFormer(Session session, int limit)
    {
        Statement find = session.Statement("SELECT table_id FROM former_replicas LIMIT 1");
        long? tableId = find.Step() ? find.Int64(0) : null;
        find.Reset();
        if (tableId is not { } id)
        {
            return 0;
        }

        long removed = Trim(session, id, long.MaxValue, 0, limit);
        session.Statement("DELETE FROM stamps WHERE table_id = ?1 AND (hash, key) IN "
                + "(SELECT hash, key FROM stamps WHERE table_id = ?1 LIMIT ?2)")
            .Bind(1, id).Bind(2, limit).Run();
        removed += Changed(session);
        if (removed == 0)
        {
            session.Statement("DELETE FROM former_replicas WHERE table_id = ?1").Bind(1, id).Run();
        }

        return removed + 1;
    }

    private static long Changed(Session session)
    {
        Statement count = session.Statement("SELECT changes()");
        count.Step();
        long changed = count.Int64(0);
        count.Reset();
        return changed;
    }

    /// <summary>
    /// A store that was put back, or has lost what it wrote last, would give numbers once more by which others remember how far they have
    /// come, and what has them would not be sent. So those of a store that has given some go on from the time.
    /// </summary>
    private void SkipNumbers(Session session) =>
        session.Statement("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'outgoing'")
            .Bind(1, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000).Run();

    private void CheckRegion(Session session)
    {
        Statement find = session.Statement("SELECT name, forgotten_before FROM region");
        string? stored = find.Step() ? find.Text(0) : null;
        forgottenBefore = stored is null ? 0 : find.Int64(1);
        find.Reset();
        if (stored is null)
        {
            session.Statement("INSERT INTO region (name, forgotten_before) VALUES (?1, 0)").Bind(1, Region).Run();
        }
        else if (stored != Region)
        {
            throw new StorageException(
                $"The store is that of region {stored}, not of {Region}: set Backend:Region to {stored}, or choose another data folder.");
        }
    }
}
