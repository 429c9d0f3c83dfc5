namespace DaxProxy.Telemetry;

/// <summary>The counts of a <see cref="LatencyHistogram"/> at one moment. Immutable.</summary>
public sealed class LatencySnapshot
{
    private readonly long[] counts;

    internal LatencySnapshot(long[] counts)
    {
        this.counts = counts;
        Count = counts.Sum();
    }

    /// <summary>How many durations were counted.</summary>
    public long Count { get; }

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
