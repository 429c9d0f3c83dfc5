using System.Collections.Frozen;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// Keeps what items were before each change, of the tables whose past is kept, in the transaction of the change. Each change has a stamp
/// of its own, which says when it was made and in which order.
/// </summary>
/// <remarks>
/// Belongs to the writer's thread. Stamps rise, whatever the clock does: a stamp is the Unix time in microseconds and a counter, or the one
/// after the last where the clock stands or has gone back.
/// </remarks>
internal sealed class ItemHistory
{
    /// <summary>How many stamps a microsecond has. With these bits times end in the year 2255.</summary>
    private const int CounterBits = 10;

    private readonly TimeProvider time;
    private FrozenSet<long>? tables;
    private long last;

    private ItemHistory(TimeProvider time) => this.time = time;

    /// <summary>Reads of a store whose past is kept, and which stamp was the last.</summary>
    public static ItemHistory Load(Session session, TimeProvider time)
    {
        ItemHistory history = new(time) { last = LongOf(session.Statement("SELECT ifnull(max(point), 0) FROM holds")) };
        foreach (long tableId in TablesWithRows(session))
        {
            Statement newest = session.Statement("SELECT max(stamp) FROM history WHERE table_id = ?1").Bind(1, tableId);
            history.last = Math.Max(history.last, LongOf(newest));
        }

        List<long> kept = [];
        Statement rows = session.Statement("SELECT table_id FROM point_in_time_recovery UNION SELECT table_id FROM holds");
        while (rows.Step())
        {
            kept.Add(rows.Int64(0));
        }

        rows.Reset();
        history.tables = kept.Count == 0 ? null : kept.ToFrozenSet();
        return history;
    }

    /// <summary>The last stamp that a change may have that was made until a time, which is included.</summary>
    public static long LastOf(DateTimeOffset time) => ((Microseconds(time) + 1) << CounterBits) - 1;

    /// <summary>When a change with a stamp was made, in Unix time.</summary>
    public static long MicrosecondsOf(long stamp) => stamp >> CounterBits;

    /// <summary>The tables with rows, whether their past is still kept or not.</summary>
    public static List<long> TablesWithRows(Session session)
    {
        List<long> found = [];
        long tableId = 0;
        while (true)
        {
            tableId = LongOf(session.Statement(
                    "SELECT ifnull((SELECT table_id FROM history WHERE table_id > ?1 ORDER BY table_id LIMIT 1), 0)")
                .Bind(1, tableId));
            if (tableId == 0)
            {
                return found;
            }

            found.Add(tableId);
        }
    }

    /// <summary>Whether the rows say that the past of a table is to be kept: it can be recovered, or a state of it is being read.</summary>
    public static bool IsWanted(Session session, long tableId) => LongOf(session.Statement(
            "SELECT EXISTS (SELECT 1 FROM point_in_time_recovery WHERE table_id = ?1) "
            + "OR EXISTS (SELECT 1 FROM holds WHERE table_id = ?1)")
        .Bind(1, tableId)) != 0;

    /// <summary>
    /// Keeps the past of a table from now on, or does so no longer. After the commit of a change that was the last of its group, so that
    /// no change of the table lies between.
    /// </summary>
    public void Show(long tableId, bool isKept)
    {
        HashSet<long> all = [.. tables ?? []];
        if (isKept ? all.Add(tableId) : all.Remove(tableId))
        {
            tables = all.Count == 0 ? null : all.ToFrozenSet();
        }
    }

    /// <summary>A stamp later than all that there have been.</summary>
    public long Next() => last = Math.Max(last + 1, Microseconds(time.GetUtcNow()) << CounterBits);

    /// <summary>Notes what an item was before it changes.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="old">The item; null when there was none.</param>
    public void Note(Session session, long tableId, RowKey row, StoredItem? old)
    {
        if (tables is { } kept && kept.Contains(tableId))
        {
            Insert(session, tableId, row, old);
        }
    }

    private void Insert(Session session, long tableId, RowKey row, StoredItem? old)
    {
        Statement insert = session.Statement(
                "INSERT INTO history (table_id, stamp, hash, key, size, page_size, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, tableId).Bind(2, Next()).Bind(3, row.Hash).Bind(4, row.Key)
            .Bind(5, (long?)old?.Item.SizeBytes).Bind(6, (long?)old?.PageBytes);
        insert = old is null ? insert.BindNull(7) : insert.Bind(7, old.Item.Json.Span);
        insert.Run();
    }

    private static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static long LongOf(Statement query)
    {
        query.Step();
        long value = query.Int64(0);
        query.Reset();
        return value;
    }
}
