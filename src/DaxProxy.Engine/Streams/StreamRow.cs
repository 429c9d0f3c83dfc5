using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>A row of <c>streams</c>, as readers need it.</summary>
internal sealed record StreamRow
{
    private const string Columns =
        "SELECT id, arn, table_name, label, view_type, hash_name, range_name, created_at, disabled_at FROM streams ";

    public required long Id { get; init; }

    public required StreamSummary Summary { get; init; }

    public required string ViewType { get; init; }

    public required IReadOnlyList<KeySchemaElement> KeySchema { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it takes no records any more; null while it does.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The status at a time, when switching takes this long.</summary>
    public string StatusAt(DateTimeOffset now, TimeSpan delay) => DisabledAt is { } end
        ? now < end + delay ? "DISABLING" : "DISABLED"
        : now < CreatedAt + delay ? "ENABLING" : "ENABLED";

    /// <summary>The stream of a resource name; null when there is none.</summary>
    public static StreamRow? Find(Session session, string arn)
    {
        Statement rows = session.Statement(Columns + "WHERE arn = ?1").Bind(1, arn);
        StreamRow? stream = rows.Step() ? Read(rows) : null;
        rows.Reset();
        return stream;
    }

    /// <summary>Streams after a resource name, in the order of these names.</summary>
    /// <param name="session">A session.</param>
    /// <param name="tableName">The table; null for all.</param>
    /// <param name="after">Where to begin; null at the beginning.</param>
    /// <param name="limit">How many at most.</param>
    public static List<StreamRow> List(Session session, string? tableName, string? after, int limit)
    {
        Statement rows = (tableName is null
                ? session.Statement(Columns + "WHERE arn > ?1 ORDER BY arn LIMIT ?2")
                : session.Statement(Columns + "WHERE arn > ?1 AND table_name = ?3 ORDER BY arn LIMIT ?2").Bind(3, tableName))
            .Bind(1, after ?? "").Bind(2, limit);
        List<StreamRow> streams = [];
        while (rows.Step())
        {
            streams.Add(Read(rows));
        }

        rows.Reset();
        return streams;
    }

    private static StreamRow Read(Statement row)
    {
        List<KeySchemaElement> key = [new(row.Text(5), "HASH")];
        if (!row.IsNull(6))
        {
            key.Add(new KeySchemaElement(row.Text(6), "RANGE"));
        }

        return new StreamRow
        {
            Id = row.Int64(0),
            Summary = new StreamSummary(row.Text(1), row.Text(2), row.Text(3)),
            ViewType = row.Text(4),
            KeySchema = key,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(7)),
            DisabledAt = row.OptionalInt64(8) is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
        };
    }
}
