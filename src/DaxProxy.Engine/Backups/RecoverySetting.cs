using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>A row of <c>point_in_time_recovery</c>: a table whose past is kept.</summary>
/// <param name="PeriodInDays">For how many days.</param>
/// <param name="EnabledAt">From when on it is there, as far as the period reaches.</param>
internal sealed record RecoverySetting(int PeriodInDays, DateTimeOffset EnabledAt)
{
    /// <summary>The setting of a table; null while its past is not kept.</summary>
    public static RecoverySetting? Find(Session session, long tableId)
    {
        Statement find = session.Statement("SELECT period_days, enabled_at FROM point_in_time_recovery WHERE table_id = ?1")
            .Bind(1, tableId);
        RecoverySetting? setting = find.Step()
            ? new RecoverySetting((int)find.Int64(0), DateTimeOffset.FromUnixTimeMilliseconds(find.Int64(1)))
            : null;
        find.Reset();
        return setting;
    }

    /// <summary>
    /// Switches it on, or changes the period only. It begins with the next whole second, which every client can ask for: many send no parts
    /// of seconds.
    /// </summary>
    public static void Store(Session session, long tableId, int periodInDays, DateTimeOffset now) => session.Statement(
            "INSERT INTO point_in_time_recovery (table_id, period_days, enabled_at) VALUES (?1, ?2, ?3) "
            + "ON CONFLICT (table_id) DO UPDATE SET period_days = excluded.period_days")
        .Bind(1, tableId).Bind(2, periodInDays).Bind(3, NextSecond(now)).Run();

    /// <summary>Switches it off.</summary>
    public static void Drop(Session session, long tableId) =>
        session.Statement("DELETE FROM point_in_time_recovery WHERE table_id = ?1").Bind(1, tableId).Run();

    /// <summary>Begins with those that are on since a time when the past was not kept.</summary>
    public static void BeginAll(Session session, DateTimeOffset now) => session.Statement(
            "UPDATE point_in_time_recovery SET enabled_at = ?1 WHERE enabled_at = 0").Bind(1, NextSecond(now)).Run();

    /// <summary>The earliest time that can be restored.</summary>
    public DateTimeOffset Earliest(DateTimeOffset now)
    {
        DateTimeOffset earliest = DateTimeOffset.FromUnixTimeMilliseconds(NextSecond(now - TimeSpan.FromDays(PeriodInDays)));
        return earliest < EnabledAt ? EnabledAt : earliest;
    }

    /// <summary>Notes that the past before a time is gone.</summary>
    public static void Forget(Session session, long tableId, DateTimeOffset before) => session.Statement(
            "UPDATE point_in_time_recovery SET enabled_at = max(enabled_at, ?1) WHERE table_id = ?2")
        .Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, tableId).Run();

    /// <summary>The latest time that can be restored: the present. It is never before the earliest.</summary>
    public DateTimeOffset Latest(DateTimeOffset now) => now < Earliest(now) ? Earliest(now) : now;

    /// <summary>
    /// Takes the stamp of the last change that belongs to the state at a time; null for a time that is not kept. No later change has a
    /// stamp up to this one, so the state is settled, also where the clock stands.
    /// </summary>
    /// <param name="history">Gives the stamps.</param>
    /// <param name="now">The present.</param>
    /// <param name="asked">The time; null for the present.</param>
    public long? PointAt(ItemHistory history, DateTimeOffset now, DateTimeOffset? asked)
    {
        if (asked < Earliest(now) || asked > Latest(now))
        {
            return null;
        }

        long present = history.Next();
        return asked is { } time ? Math.Min(present, ItemHistory.LastOf(time)) : present;
    }

    /// <summary>
    /// Takes the stamps of the last changes before a span of time and within it; null where its begin is not kept. Its begin belongs to it
    /// and its end does not, so spans that follow on each other have each change once.
    /// </summary>
    /// <param name="history">Gives the stamps.</param>
    /// <param name="now">The present.</param>
    /// <param name="from">The begin.</param>
    /// <param name="to">The end, which is not after the present.</param>
    public (long From, long To)? PointsAt(ItemHistory history, DateTimeOffset now, DateTimeOffset from, DateTimeOffset to)
    {
        DateTimeOffset earliest = Earliest(now);
        if (from < earliest)
        {
            return null;
        }

        // What was there before the changes of the earliest microsecond may be gone: the first state is the one behind them.
        return (
            Math.Max(ItemHistory.LastOf(earliest), LastBefore(from)),
            Math.Min(history.Next(), LastBefore(to)));
    }

    private static long LastBefore(DateTimeOffset time) => ItemHistory.LastOf(time.AddMicroseconds(-1));

    private static long NextSecond(DateTimeOffset time) =>
        time.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds() * 1000;
}
