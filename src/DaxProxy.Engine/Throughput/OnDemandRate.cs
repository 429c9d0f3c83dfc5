namespace DaxProxy.Engine.Throughput;

/// <summary>
/// The throughput of a table that is billed per request: at first what it was created for, later twice its highest earlier peak. A peak
/// counts from the end of the half hour in which it was reached.
/// </summary>
/// <remarks>Not thread-safe. Never falls. Why half hours: see the folder's <c>DESIGN.md</c>.</remarks>
internal sealed class OnDemandRate
{
    /// <summary>Units a second that no table exceeds unless it is warmed up for more. Source: the service's quotas.</summary>
    private const double TableQuota = 40_000;

    private static readonly TimeSpan Growth = TimeSpan.FromMinutes(30);

    private readonly TokenBucket bucket;
    private double peak;
    private double warm;
    private double highest;
    private double ofSecond;
    private long second;
    private TimeSpan grownAt;

    /// <param name="peak">The peak that the table counts as having had.</param>
    /// <param name="warm">The units a second that it was prepared for; 0 for none.</param>
    /// <param name="now">The time.</param>
    public OnDemandRate(double peak, double warm, TimeSpan now)
    {
        (this.peak, this.warm, grownAt) = (peak, warm, now);
        bucket = new TokenBucket(UnitsPerSecond, 1, now);
    }

    /// <summary>
    /// The highest second so far, or the peak it began with. A large request may overdraw the bucket, so a second counts as no more than
    /// what the table takes.
    /// </summary>
    public double Peak => Math.Max(peak, Math.Min(highest, UnitsPerSecond));

    /// <summary>What the table takes now.</summary>
    public double UnitsPerSecond => Math.Min(Quota, Math.Max(2 * peak, warm));

    /// <summary>Whether it is the quota of the account that lets no more through.</summary>
    public bool IsAtQuota => UnitsPerSecond >= Quota;

    private double Quota => Math.Max(TableQuota, warm);

    /// <summary>Prepares the table for so many units a second; they never become less.</summary>
    public void WarmUp(double units, TimeSpan now)
    {
        warm = Math.Max(warm, units);
        bucket.Reshape(UnitsPerSecond, 1, now);
    }

    /// <inheritdoc cref="TokenBucket.IsOpen"/>
    public bool IsOpen(TimeSpan now)
    {
        Grow(now);
        return bucket.IsOpen(now);
    }

    /// <inheritdoc cref="TokenBucket.Take"/>
    public void Take(double units, TimeSpan now)
    {
        bucket.Take(units);
        if ((long)now.TotalSeconds != second)
        {
            (second, ofSecond) = ((long)now.TotalSeconds, 0);
        }

        ofSecond += units;
        highest = Math.Max(highest, ofSecond);
    }

    /// <inheritdoc cref="TokenBucket.PutBack"/>
    public void PutBack(double units)
    {
        bucket.PutBack(units);
        ofSecond -= units;
    }

    private void Grow(TimeSpan now)
    {
        if (now - grownAt < Growth)
        {
            return;
        }

        peak = Peak;
        highest = 0;
        grownAt += Growth * Math.Floor((now - grownAt) / Growth);
        bucket.Reshape(UnitsPerSecond, 1, now);
    }
}
