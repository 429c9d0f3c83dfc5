using System.Numerics;
using DaxProxy.Core;

namespace DaxProxy.Telemetry;

/// <summary>How long things took: counts in buckets that grow with the value, 32 to each power of two.</summary>
/// <remarks>
/// A bucket is at most 1/32 of its value wide and is reported by its middle, so a percentile is off by at most 1.6 %; values under 32 ns
/// are exact, values above <see cref="MaxNanoseconds"/> count as that. 8.4 KB each and per processor, since all record into the
/// few buckets that are usual. Thread-safe without locks: recording is one interlocked increment, reading may see a recording or not. The
/// idea is that of HdrHistogram, whose recorders share one array: two cores that record then wait for each other's cache lines.
/// </remarks>
internal sealed class LatencyHistogram
{
    /// <summary>The longest time told apart: about 137 seconds.</summary>
    public const long MaxNanoseconds = (1L << 37) - 1;

    private const int SubBucketBits = 5;
    private const int SubBuckets = 1 << SubBucketBits;
    internal const int Buckets = (37 - SubBucketBits + 1) * SubBuckets;

    private readonly long[][] stripes = [.. Enumerable.Range(0, StripedCounter.Stripes).Select(_ => new long[Buckets])];

    /// <summary>Counts one duration.</summary>
    public void Record(long nanoseconds) =>
        Interlocked.Increment(ref stripes[StripedCounter.CurrentStripe][IndexOf(Math.Clamp(nanoseconds, 0, MaxNanoseconds))]);

    /// <summary>A copy of the counts at this moment.</summary>
    public LatencySnapshot Snapshot()
    {
        long[] sums = new long[Buckets];
        foreach (long[] counts in stripes)
        {
            for (int index = 0; index < sums.Length; index++)
            {
                sums[index] += Volatile.Read(ref counts[index]);
            }
        }

        return new LatencySnapshot(sums);
    }

    /// <summary>The bucket of a value: the position of its top bit, then the next five bits.</summary>
    internal static int IndexOf(long nanoseconds)
    {
        if (nanoseconds < SubBuckets)
        {
            return (int)nanoseconds;
        }

        int shift = BitOperations.Log2((ulong)nanoseconds) - SubBucketBits;
        return ((shift + 1) << SubBucketBits) + (int)((nanoseconds >> shift) - SubBuckets);
    }

    /// <summary>The middle of a bucket.</summary>
    internal static long MiddleOf(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        int shift = (index >> SubBucketBits) - 1;
        long from = (long)(SubBuckets + (index & (SubBuckets - 1))) << shift;
        return from + ((1L << shift) >> 1);
    }
}
