namespace DaxProxy.Engine.Throughput;

/// <summary>
/// What one partition takes a second, whatever its table has. Each partition key has a partition of its own, as a key that is hot for long
/// ends up with.
/// </summary>
/// <remarks>
/// Not thread-safe. Bounded: a bucket that is full again is as good as none and is forgotten, and where all are in use, further keys go
/// unlimited for a second.
/// </remarks>
/// <param name="rate">Units a second.</param>
internal sealed class PartitionBuckets(double rate)
{
    /// <summary>Most keys that are watched at once. That many need a hundred times what a table has to be hot together.</summary>
    internal const int MaxKeys = 4096;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, TokenBucket> buckets = [];
    private TimeSpan sweptAt = TimeSpan.MinValue / 2;

    /// <summary>How many keys are watched.</summary>
    public int Count => buckets.Count;

    /// <summary>Whether a request may take from a partition, which is known by the hash of its key.</summary>
    public bool IsOpen(long partition, TimeSpan now) => !buckets.TryGetValue(partition, out TokenBucket? bucket) || bucket.IsOpen(now);

    /// <summary>Takes units from a partition.</summary>
    public void Take(long partition, double units, TimeSpan now)
    {
        if (!buckets.TryGetValue(partition, out TokenBucket? bucket))
        {
            if (buckets.Count >= MaxKeys && !TrySweep(now))
            {
                return;
            }

            buckets.Add(partition, bucket = new TokenBucket(rate, 1, now));
        }

        bucket.Take(units);
    }

    /// <summary>Puts units back that were taken for nothing.</summary>
    public void PutBack(long partition, double units) => buckets.GetValueOrDefault(partition)?.PutBack(units);

    /// <summary>Forgets the full ones. Looks once a second at most, as it looks at all.</summary>
    private bool TrySweep(TimeSpan now)
    {
        if (now - sweptAt < SweepInterval)
        {
            return false;
        }

        sweptAt = now;
        foreach ((long partition, TokenBucket bucket) in buckets)
        {
            if (bucket.IsFull(now))
            {
                buckets.Remove(partition);
            }
        }

        return buckets.Count < MaxKeys;
    }
}
