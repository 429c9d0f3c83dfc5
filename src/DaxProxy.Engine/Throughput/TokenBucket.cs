namespace DaxProxy.Engine.Throughput;

/// <summary>
/// Units that flow in at a steady rate and are kept up to a limit. A bucket with any unit left lets a request take all it needs, and is in
/// debt then until the flow has paid for it.
/// </summary>
/// <remarks>
/// Not thread-safe. Times are counted from any one moment and never go back. So over any sequence the units let through are at most those
/// kept at its beginning, those that flowed in, and the last request's.
/// </remarks>
internal sealed class TokenBucket
{
    private double rate;
    private double limit;
    private double units;
    private TimeSpan filledAt;

    /// <summary>A bucket that begins with one second's flow.</summary>
    /// <param name="rate">Units a second.</param>
    /// <param name="kept">How many seconds' flow is kept, at least one.</param>
    /// <param name="now">The time.</param>
    public TokenBucket(double rate, double kept, TimeSpan now) => (this.rate, limit, units, filledAt) = (rate, rate * kept, rate, now);

    /// <summary>Whether the bucket holds as much as it can.</summary>
    public bool IsFull(TimeSpan now)
    {
        Fill(now);
        return units >= limit;
    }

    /// <summary>Whether a request may take from it.</summary>
    public bool IsOpen(TimeSpan now)
    {
        Fill(now);
        return units > 0;
    }

    /// <summary>Takes units, also more than there are.</summary>
    public void Take(double taken) => units -= taken;

    /// <summary>Puts units back that were taken for nothing.</summary>
    public void PutBack(double returned) => units = Math.Min(limit, units + returned);

    /// <summary>Changes the flow from now on. What is in the bucket stays, as far as there is room, and so does a debt.</summary>
    public void Reshape(double newRate, double kept, TimeSpan now)
    {
        Fill(now);
        (rate, limit) = (newRate, newRate * kept);
        units = Math.Min(limit, units);
    }

    private void Fill(TimeSpan now)
    {
        units = Math.Min(limit, units + (rate * (now - filledAt).TotalSeconds));
        filledAt = now;
    }
}
