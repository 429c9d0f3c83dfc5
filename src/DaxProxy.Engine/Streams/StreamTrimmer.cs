using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>
/// Removes, in small steps between other writes, what streams need not keep any longer: a day is what the service promises.
/// </summary>
internal sealed class StreamTrimmer(WriteQueue writes, TimeProvider time)
{
    private const int RecordsPerStep = 500;

    /// <summary>How long records, closed shards and streams that were switched off are kept. Source: the service's documentation.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    /// <summary>Removes all that is too old now.</summary>
    public async Task TrimAsync(CancellationToken cancellationToken)
    {
        long before = (time.GetUtcNow() - Retention).ToUnixTimeMilliseconds();
        while (!cancellationToken.IsCancellationRequested
            && await writes.RunAsync(session => TrimSome(session, before)).ConfigureAwait(false))
        {
        }
    }

    /// <summary>A few records, then shards and streams; false when nothing is left to do.</summary>
    private static bool TrimSome(Session session, long before)
    {
        if (NewestToGo(session, before) is { } newest)
        {
            session.Statement(
                    "UPDATE shards SET trimmed_to = (SELECT max(sequence) FROM records WHERE shard_id = shards.id AND sequence <= ?1) "
                    + "WHERE id IN (SELECT shard_id FROM records WHERE sequence <= ?1)")
                .Bind(1, newest).Run();
            session.Statement("DELETE FROM records WHERE sequence <= ?1").Bind(1, newest).Run();
            return true;
        }

        // A closed shard's records are older than its end, and a stream's shards ended with it: nothing is left behind here.
        session.Statement("DELETE FROM shards WHERE closed_at <= ?1").Bind(1, before).Run();
        session.Statement("DELETE FROM streams WHERE disabled_at <= ?1").Bind(1, before).Run();
        return false;
    }

    /// <summary>The last of the oldest records that are too old, which lie at the front; null when there is none.</summary>
    private static long? NewestToGo(Session session, long before)
    {
        long? newest = null;
        Statement oldest = session.Statement("SELECT sequence, created_at FROM records ORDER BY sequence LIMIT ?1").Bind(1, RecordsPerStep);
        while (oldest.Step() && oldest.Int64(1) <= before)
        {
            newest = oldest.Int64(0);
        }

        oldest.Reset();
        return newest;
    }
}
