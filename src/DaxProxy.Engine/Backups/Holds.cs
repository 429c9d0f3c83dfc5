using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>
/// States of tables that are being read. Neither items nor history that such a state needs are removed, whatever happens to the table, also
/// after a restart.
/// </summary>
internal static class Holds
{
    /// <summary>
    /// Holds a state. Where the table's past is not kept already, this has to be the last change of its group (<see
    /// cref="WriteQueue.RunLastAsync"/>), and after its commit the past has to be kept (<see cref="ItemHistory.Show"/>).
    /// </summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="rowsId">The number under which the items lie.</param>
    /// <param name="point">Stamp of the last change that belongs to the state.</param>
    /// <returns>The number of the hold.</returns>
    public static long Begin(Session session, long rowsId, long point)
    {
        session.Statement("INSERT INTO holds (table_id, point) VALUES (?1, ?2)").Bind(1, rowsId).Bind(2, point).Run();
        return session.LastInsertedId();
    }

    /// <summary>Whether any state of these items is held.</summary>
    public static bool Any(Session session, long rowsId)
    {
        Statement find = session.Statement("SELECT 1 FROM holds WHERE table_id = ?1 LIMIT 1").Bind(1, rowsId);
        bool isHeld = find.Step();
        find.Reset();
        return isHeld;
    }

    /// <summary>
    /// Lets go of a state. After the commit the table's past is kept only where <see cref="ItemHistory.IsWanted"/> still says so.
    /// </summary>
    public static void End(Session session, long holdId, long rowsId)
    {
        session.Statement("DELETE FROM holds WHERE id = ?1").Bind(1, holdId).Run();
        Release(session, rowsId);
    }

    /// <summary>
    /// Lets go of the states that a former process was reading: called before anything is served. Copies go on with theirs.
    /// </summary>
    public static void EndAbandoned(Session session)
    {
        List<(long Id, long RowsId)> abandoned = [];
        Statement rows = session.Statement("SELECT id, table_id FROM holds WHERE id NOT IN (SELECT hold_id FROM copies)");
        while (rows.Step())
        {
            abandoned.Add((rows.Int64(0), rows.Int64(1)));
        }

        rows.Reset();
        if (abandoned.Count > 0)
        {
            session.Begin(isWrite: true);
            abandoned.ForEach(hold => End(session, hold.Id, hold.RowsId));
            session.Commit();
        }
    }

    /// <summary>Leaves items to be removed that no table and no backup owns any more, and that are part of no held state.</summary>
    public static void Release(Session session, long rowsId) => session.Statement(
            "INSERT INTO dropped (table_id) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM tables WHERE id = ?1) "
            + "AND NOT EXISTS (SELECT 1 FROM backups WHERE rows_id = ?1) AND NOT EXISTS (SELECT 1 FROM holds WHERE table_id = ?1)")
        .Bind(1, rowsId).Run();
}
