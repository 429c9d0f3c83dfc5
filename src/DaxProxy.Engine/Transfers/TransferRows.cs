using System.Text.Json;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transfers;

/// <summary>The rows of <c>transfers</c>.</summary>
internal static class TransferRows
{
    /// <summary>Adds one that begins.</summary>
    public static void Insert(Session session, TransferKind kind, string? token, byte[] digest, TransferState state)
    {
        Statement insert = session.Statement(
                "INSERT INTO transfers (kind, arn, table_arn, token, digest, started_at, ended_at, sent, state) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .Bind(1, kind.Name).Bind(2, state.Arn).Bind(3, state.TableArn).Bind(5, digest)
            .Bind(6, state.StartTime.ToUnixTimeMilliseconds()).Bind(7, state.EndTime?.ToUnixTimeMilliseconds()).Bind(8, state.Sent)
            .Bind(9, Serialize(state));
        (token is null ? insert.BindNull(4) : insert.Bind(4, token)).Run();
    }

    /// <summary>Keeps how far one is.</summary>
    public static void Update(Session session, TransferState state) =>
        session.Statement("UPDATE transfers SET state = ?1, ended_at = ?2 WHERE arn = ?3")
            .Bind(1, Serialize(state)).Bind(2, state.EndTime?.ToUnixTimeMilliseconds()).Bind(3, state.Arn).Run();

    /// <summary>The one of a kind with a resource name; null when there is none.</summary>
    public static TransferState? Find(Session session, TransferKind kind, string arn)
    {
        Statement find = session.Statement("SELECT state, sent FROM transfers WHERE arn = ?1 AND kind = ?2")
            .Bind(1, arn).Bind(2, kind.Name);
        TransferState? state = find.Step() ? Read(find) : null;
        find.Reset();
        return state;
    }

    /// <summary>The newest of a kind that was begun with a token since a time, and the digest of what was asked for then.</summary>
    public static (TransferState State, byte[] Digest)? FindToken(Session session, TransferKind kind, string token, DateTimeOffset since)
    {
        Statement find = session.Statement("SELECT state, sent, digest FROM transfers WHERE kind = ?1 AND token = ?2 AND started_at >= ?3 "
                + "ORDER BY id DESC LIMIT 1")
            .Bind(1, kind.Name).Bind(2, token).Bind(3, since.ToUnixTimeMilliseconds());
        (TransferState, byte[])? found = find.Step() ? (Read(find), find.Blob(2).ToArray()) : null;
        find.Reset();
        return found;
    }

    /// <summary>Some of a kind, the newest first, with their numbers.</summary>
    /// <param name="session">The session.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="tableArn">The table; null for all.</param>
    /// <param name="below">The number of the last one on the page before.</param>
    /// <param name="most">How many at most.</param>
    public static List<(long Id, TransferState State)> List(
        Session session, TransferKind kind, string? tableArn, long below, int most)
    {
        Statement rows = session.Statement(
                "SELECT state, sent, id FROM transfers WHERE kind = ?1 AND (?2 = '' OR table_arn = ?2) AND id < ?3 "
                + "ORDER BY id DESC LIMIT ?4")
            .Bind(1, kind.Name).Bind(2, tableArn ?? "").Bind(3, below).Bind(4, most);
        List<(long, TransferState)> found = [];
        while (rows.Step())
        {
            found.Add((rows.Int64(2), Read(rows)));
        }

        rows.Reset();
        return found;
    }

    /// <summary>How many of a kind have not ended.</summary>
    public static long CountRunning(Session session, TransferKind kind)
    {
        Statement count = session.Statement("SELECT count(*) FROM transfers WHERE kind = ?1 AND ended_at IS NULL").Bind(1, kind.Name);
        count.Step();
        long found = count.Int64(0);
        count.Reset();
        return found;
    }

    /// <summary>Those of all kinds that have not ended.</summary>
    public static List<TransferState> Unfinished(Session session)
    {
        Statement rows = session.Statement("SELECT state, sent FROM transfers WHERE ended_at IS NULL");
        List<TransferState> found = [];
        while (rows.Step())
        {
            found.Add(Read(rows));
        }

        rows.Reset();
        return found;
    }

    /// <summary>Forgets those that ended before a time.</summary>
    public static void Forget(Session session, DateTimeOffset before) =>
        session.Statement("DELETE FROM transfers WHERE ended_at < ?1").Bind(1, before.ToUnixTimeMilliseconds()).Run();

    /// <summary>What was sent does not change, and may be long: it is kept apart from what does.</summary>
    private static string Serialize(TransferState state) =>
        JsonSerializer.Serialize(state with { Sent = "" }, TransferJson.Default.TransferState);

    /// <summary>The state in the first two columns of the current row.</summary>
    private static TransferState Read(Statement row) =>
        JsonSerializer.Deserialize(row.Text(0), TransferJson.Default.TransferState)! with { Sent = row.Text(1) };
}
