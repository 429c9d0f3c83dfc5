namespace DaxProxy.Core.Caching.Core;

/// <summary>When the lives of entries end, and which entries are worth fetching again before that.</summary>
/// <remarks>
/// An entry ends up to a share of its time to live early (jitter), so that what was stored together does not end together. The share
/// follows from the key, the time and the seed alone: the same run draws the same. Thread-safe.
/// </remarks>
/// <param name="jitter">The largest share: 0 to 0.5.</param>
/// <param name="earlyRefresh">The share of its life that remains when an entry is due to be fetched again: 0, for never, to 0.5.</param>
/// <param name="seed">What the draws follow from.</param>
/// <param name="time">The clock.</param>
internal sealed class Lifetimes(double jitter, double earlyRefresh, ulong seed, TimeProvider time)
{
    /// <summary>Of the time to live. Measured at the shortest life that jitter leaves, so that none is due from its beginning.</summary>
    private readonly double dueShare = earlyRefresh * (1 - jitter);

    /// <summary>When an entry of this key that is stored now ends its life.</summary>
    /// <param name="key">The key.</param>
    /// <param name="timeToLive">Its longest life; zero for one without end.</param>
    public DateTimeOffset EndOf(ReadOnlySpan<byte> key, TimeSpan timeToLive)
    {
        if (timeToLive == TimeSpan.Zero)
        {
            return DateTimeOffset.MaxValue;
        }

        DateTimeOffset now = time.GetUtcNow();
        return now + timeToLive - (jitter == 0 ? TimeSpan.Zero : timeToLive * jitter * Draw(key, now));
    }

    /// <summary>
    /// Notes that an entry was asked for. True if it nears its end, was asked for before, and no early fetch of it has begun.
    /// </summary>
    /// <param name="entry">An entry of <see cref="EndOf"/>.</param>
    /// <param name="timeToLive">What its life was made of; zero for one that is never due.</param>
    public bool IsDue(CacheEntry entry, TimeSpan timeToLive) => dueShare > 0 && entry.NoteHit() && timeToLive > TimeSpan.Zero
        && time.GetUtcNow() >= entry.ExpiresAt - (timeToLive * dueShare);

    private double Draw(ReadOnlySpan<byte> key, DateTimeOffset now)
    {
        const double Unit = 1.0 / (1UL << 53);
        return (KeyedHash.Of(seed ^ (ulong)now.UtcTicks, key) >> 11) * Unit;
    }
}
