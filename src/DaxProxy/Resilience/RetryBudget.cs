namespace DaxProxy.Resilience;

/// <summary>What keeps attempts beyond the first from multiplying the load of a backend that has too much of it already.</summary>
/// <remarks>
/// Thread-safe. Every request that is sent earns a part of an attempt, every further attempt costs a whole one: however long it goes on,
/// there are at most <c>ratio</c> times as many further attempts as requests, and <see cref="Burst"/> more. Counted in thousandths.
/// </remarks>
internal sealed class RetryBudget(double ratio)
{
    /// <summary>Most further attempts that can be saved up, and what there is at the start.</summary>
    public const int Burst = 10;

    private const long Whole = 1000;

    private readonly long earned = (long)(ratio * Whole);
    private long balance = ratio > 0 ? Burst * Whole : 0;

    /// <summary>A request is sent for the first time. One that is refused here is no load, so it earns nothing.</summary>
    public void Earn()
    {
        long before = Volatile.Read(ref balance);
        while (before < Burst * Whole)
        {
            long seen = Interlocked.CompareExchange(ref balance, Math.Min(before + earned, Burst * Whole), before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Pays for a further attempt; false when there is not enough.</summary>
    public bool TryTake()
    {
        long before = Volatile.Read(ref balance);
        while (before >= Whole)
        {
            long seen = Interlocked.CompareExchange(ref balance, before - Whole, before);
            if (seen == before)
            {
                return true;
            }

            before = seen;
        }

        return false;
    }
}
