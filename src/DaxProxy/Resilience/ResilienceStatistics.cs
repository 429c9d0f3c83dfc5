namespace DaxProxy.Resilience;

/// <summary>What is counted of the dealings with a remote backend. Thread-safe.</summary>
public sealed class ResilienceStatistics
{
    private readonly Func<int> openBreakers;
    private readonly long[] retries = new long[Enum.GetValues<Failure>().Length];
    private long requests;
    private long denials;
    private long hedges;
    private long hedgesWon;
    private long breaks;
    private long refusedBroken;
    private long refusedFull;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="openBreakers">How many tables are refused at the moment.</param>
    internal ResilienceStatistics(Func<int> openBreakers) => this.openBreakers = openBreakers;

    /// <summary>Requests that came, each counted once however often it was sent.</summary>
    public long Requests => Volatile.Read(ref requests);

    /// <summary>Attempts after a refusal for lack of capacity.</summary>
    public long RetriesThrottled => Volatile.Read(ref retries[(int)Failure.Throttled]);

    /// <summary>Attempts after one that never reached the backend.</summary>
    public long RetriesNeverSent => Volatile.Read(ref retries[(int)Failure.NeverSent]);

    /// <summary>Attempts after one of which nobody knows what it did.</summary>
    public long RetriesUnknown => Volatile.Read(ref retries[(int)Failure.Unknown]);

    /// <summary>Attempts that were not made because there had been too many for the number of requests.</summary>
    public long Denials => Volatile.Read(ref denials);

    /// <summary>Reads that were sent a second time because the first answer was late.</summary>
    public long Hedges => Volatile.Read(ref hedges);

    /// <summary>Those of them where the second answer came first.</summary>
    public long HedgesWon => Volatile.Read(ref hedgesWon);

    /// <summary>How often a table began to be refused because the backend failed.</summary>
    public long Breaks => Volatile.Read(ref breaks);

    /// <summary>How many tables are refused at the moment.</summary>
    public int OpenBreakers => openBreakers();

    /// <summary>Requests refused because the backend had failed.</summary>
    public long RefusedBroken => Volatile.Read(ref refusedBroken);

    /// <summary>Requests refused because too many of their table were under way.</summary>
    public long RefusedFull => Volatile.Read(ref refusedFull);

    internal void CountRequest() => Interlocked.Increment(ref requests);

    internal void CountRetry(Failure reason) => Interlocked.Increment(ref retries[(int)reason]);

    internal void CountDenial() => Interlocked.Increment(ref denials);

    internal void CountHedge() => Interlocked.Increment(ref hedges);

    internal void CountHedgeWon() => Interlocked.Increment(ref hedgesWon);

    internal void CountBreak() => Interlocked.Increment(ref breaks);

    internal void CountRefusedBroken() => Interlocked.Increment(ref refusedBroken);

    internal void CountRefusedFull() => Interlocked.Increment(ref refusedFull);
}
