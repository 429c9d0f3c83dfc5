using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Throughput;

/// <summary>All that limits the reads, or the writes, of a table or of a global index.</summary>
/// <remarks>Not thread-safe. Times are counted from any one moment and never go back.</remarks>
public sealed class UnitMeter
{
    /// <summary>How many seconds of unused capacity are kept. Source: the service's documentation.</summary>
    private const double BurstSeconds = 300;

    /// <summary>What one partition takes a second. Source: the service's documentation.</summary>
    private const double PartitionReads = 3_000;
    private const double PartitionWrites = 1_000;

    /// <summary>The peak that a new table billed per request counts as having had. Source: the service's documentation.</summary>
    private const double FirstPeakOfReads = 6_000;
    private const double FirstPeakOfWrites = 2_000;

    private readonly bool isWrite;
    private readonly PartitionBuckets partitions;
    private TokenBucket? provisioned;
    private OnDemandRate? onDemand;
    private TokenBucket? maximum;
    private double mostProvisioned;
    private double mostOnDemand;

    /// <summary>A meter that limits nothing yet.</summary>
    /// <param name="isWrite">Whether it is of writes.</param>
    public UnitMeter(bool isWrite)
    {
        this.isWrite = isWrite;
        partitions = new PartitionBuckets(isWrite ? PartitionWrites : PartitionReads);
    }

    /// <summary>Sets the meter to what the table, or the index, has from now on.</summary>
    /// <param name="throughput">Its provisioned capacity; null where it is billed per request.</param>
    /// <param name="warm">What it is prepared for.</param>
    /// <param name="most">What it may take at most where it is billed per request.</param>
    /// <param name="now">The time.</param>
    public void Configure(ProvisionedThroughput? throughput, ThroughputLimits? warm, ThroughputLimits? most, TimeSpan now)
    {
        if (throughput is not null)
        {
            mostOnDemand = Math.Max(mostOnDemand, onDemand?.Peak ?? 0);
            (onDemand, maximum) = (null, null);
            double units = isWrite ? throughput.WriteCapacityUnits : throughput.ReadCapacityUnits;
            mostProvisioned = Math.Max(mostProvisioned, units);
            provisioned = Shaped(provisioned, units, BurstSeconds, now);
            return;
        }

        // A table that had capacity provisioned counts as having used half of the most of it, and a peak from an earlier time on demand
        // still counts. Source: the service's documentation.
        provisioned = null;
        double first = isWrite ? FirstPeakOfWrites : FirstPeakOfReads;
        onDemand ??= new OnDemandRate(Math.Max(first, Math.Max(mostProvisioned / 2, mostOnDemand)), 0, now);
        onDemand.WarmUp((isWrite ? warm?.Write : warm?.Read) ?? 0, now);
        maximum = (isWrite ? most?.Write : most?.Read) is { } limit and > 0 ? Shaped(maximum, limit, 1, now) : null;
    }

    /// <summary>The first limit that lets nothing through; null when all do.</summary>
    /// <param name="partition">The partition, by the hash of its key; null for none.</param>
    /// <param name="now">The time.</param>
    public ThroughputLimit? FindClosed(long? partition, TimeSpan now) =>
        provisioned?.IsOpen(now) == false ? ThroughputLimit.Provisioned
        : maximum?.IsOpen(now) == false ? ThroughputLimit.MaxOnDemand
        : onDemand?.IsOpen(now) == false ? onDemand.IsAtQuota ? ThroughputLimit.Account : ThroughputLimit.OnDemand
        : partition is { } key && !partitions.IsOpen(key, now) ? ThroughputLimit.KeyRange
        : null;

    /// <summary>Takes units.</summary>
    /// <param name="partition">The partition, by the hash of its key; null for none.</param>
    /// <param name="units">How many.</param>
    /// <param name="now">The time.</param>
    public void Take(long? partition, double units, TimeSpan now)
    {
        provisioned?.Take(units);
        maximum?.Take(units);
        onDemand?.Take(units, now);
        if (partition is { } key)
        {
            partitions.Take(key, units, now);
        }
    }

    /// <summary>Puts units back that were taken for nothing.</summary>
    /// <param name="partition">The partition, by the hash of its key; null for none.</param>
    /// <param name="units">How many.</param>
    public void PutBack(long? partition, double units)
    {
        provisioned?.PutBack(units);
        maximum?.PutBack(units);
        onDemand?.PutBack(units);
        if (partition is { } key)
        {
            partitions.PutBack(key, units);
        }
    }

    private static TokenBucket Shaped(TokenBucket? bucket, double rate, double kept, TimeSpan now)
    {
        if (bucket is null)
        {
            return new TokenBucket(rate, kept, now);
        }

        bucket.Reshape(rate, kept, now);
        return bucket;
    }
}
