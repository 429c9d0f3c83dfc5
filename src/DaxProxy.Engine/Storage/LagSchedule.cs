namespace DaxProxy.Engine.Storage;

/// <summary>
/// When a simulated replica catches up with its leader: once in each half of the longest lag, at a moment that the seed decides. So two
/// such moments are never further apart than the lag. What a replica shows at any time follows from the seed and the clock alone. It
/// does not depend on who reads or writes meanwhile.
/// </summary>
/// <param name="seed">What decides.</param>
/// <param name="lag">Longest lag; more than zero.</param>
/// <param name="time">The clock; the schedule begins now.</param>
internal sealed class LagSchedule(ulong seed, TimeSpan lag, TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private readonly long half = Math.Max(1, (long)(lag.TotalSeconds * time.TimestampFrequency) / 2);

    /// <summary>Number of the moment at which the replica last caught up, up to now; negative before the first.</summary>
    public long LastMoment()
    {
        (long slot, long offset) = Math.DivRem(time.GetTimestamp() - start, half);
        return (long)(Seeded.Number(seed, slot) % (ulong)half) <= offset ? slot : slot - 1;
    }
}
