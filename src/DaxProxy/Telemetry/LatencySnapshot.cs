namespace DaxProxy.Telemetry;

/// <summary>The counts of a <see cref="LatencyHistogram"/> at one moment. Immutable.</summary>
internal sealed class LatencySnapshot
{
    private readonly long[] counts;

    internal LatencySnapshot(long[] counts)
    {
        this.counts = counts;
        Count = counts.Sum();
    }

    /// <summary>How many durations were counted.</summary>
    public long Count { get; }

    /// <summary>Their mean; zero when nothing was counted.</summary>
    public TimeSpan Mean => Count == 0
        ? TimeSpan.Zero
        : TimeSpan.FromMicroseconds(Buckets.Sum(bucket => (double)bucket.Nanoseconds * bucket.Count) / Count / 1000);

    /// <summary>The buckets that hold anything, shortest durations first: their middle, and how many durations they count.</summary>
    public IEnumerable<(long Nanoseconds, long Count)> Buckets => counts.Index()
        .Where(bucket => bucket.Item > 0)
        .Select(bucket => (LatencyHistogram.MiddleOf(bucket.Index), bucket.Item));

    /// <summary>All that several of them have counted.</summary>
    public static LatencySnapshot Sum(IEnumerable<LatencySnapshot> parts)
    {
        long[] sums = new long[LatencyHistogram.Buckets];
        foreach (LatencySnapshot part in parts)
        {
            for (int index = 0; index < sums.Length; index++)
            {
                sums[index] += part.counts[index];
            }
        }

        return new LatencySnapshot(sums);
    }

    /// <summary>What was counted since an earlier snapshot of the same histograms.</summary>
    public LatencySnapshot Since(LatencySnapshot before) => new([.. counts.Zip(before.counts, static (now, then) => now - then)]);

    /// <summary>The duration that this share of all durations does not exceed; zero when nothing was counted.</summary>
    /// <param name="share">0 to 1: 0.5 is the median.</param>
    public TimeSpan Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(Count * share));
        for (int index = 0; index < counts.Length; index++)
        {
            rank -= counts[index];
            if (rank <= 0)
            {
                return TimeSpan.FromTicks(LatencyHistogram.MiddleOf(index) / TimeSpan.NanosecondsPerTick);
            }
        }

        return TimeSpan.Zero;
    }
}
