using System.Globalization;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>A row of <c>shards</c>.</summary>
internal sealed record Shard
{
    private const string Columns =
        "SELECT id, created_at, parent_id, parent_made_at, first_sequence, last_sequence, trimmed_to FROM shards ";

    public required long Id { get; init; }

    /// <summary>Unix time in milliseconds.</summary>
    public required long CreatedAt { get; init; }

    public required long FirstSequence { get; init; }

    /// <summary>Null while it is open.</summary>
    public long? LastSequence { get; init; }

    /// <summary>Number of its newest record that is gone; 0 when all are there.</summary>
    public long TrimmedTo { get; init; }

    /// <summary>Name of the shard it went on from; null for a first one.</summary>
    public string? ParentName { get; init; }

    /// <summary>The name clients know: 37 characters, in ordinal order as the shards were made.</summary>
    public string Name => NameOf(Id, CreatedAt);

    /// <summary>All shards of a stream, the oldest first.</summary>
    public static List<Shard> ReadAll(Session session, long streamId)
    {
        List<Shard> shards = [];
        Statement rows = session.Statement(Columns + "WHERE stream_id = ?1 ORDER BY id").Bind(1, streamId);
        while (rows.Step())
        {
            shards.Add(Read(rows));
        }

        rows.Reset();
        return shards;
    }

    /// <summary>The shard of a number; null when it is not there or belongs to another stream.</summary>
    public static Shard? Find(Session session, long streamId, long id) =>
        One(session.Statement(Columns + "WHERE id = ?1 AND stream_id = ?2").Bind(1, id).Bind(2, streamId));

    /// <summary>The open shard of a slot; null when the stream has been switched off.</summary>
    public static Shard? FindOpen(Session session, long streamId, int slot) =>
        One(session.Statement(Columns + "WHERE stream_id = ?1 AND slot = ?2 AND last_sequence IS NULL").Bind(1, streamId).Bind(2, slot));

    /// <summary>The number in a shard's name; null when no shard can have this name.</summary>
    public static long? IdIn(string name) =>
        long.TryParse(name.AsSpan(name.LastIndexOf('-') + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long id)
            ? id
            : null;

    public ShardDescription Describe() =>
        new(Name, ParentName, Sequence.Print(FirstSequence), LastSequence is { } last ? Sequence.Print(last) : null);

    private static string NameOf(long id, long createdAt) => $"shardId-{createdAt:D20}-{id:x8}";

    private static Shard? One(Statement rows)
    {
        Shard? shard = rows.Step() ? Read(rows) : null;
        rows.Reset();
        return shard;
    }

    private static Shard Read(Statement row) => new()
    {
        Id = row.Int64(0),
        CreatedAt = row.Int64(1),
        ParentName = row.IsNull(2) ? null : NameOf(row.Int64(2), row.Int64(3)),
        FirstSequence = row.Int64(4),
        LastSequence = row.OptionalInt64(5),
        TrimmedTo = row.Int64(6),
    };
}
