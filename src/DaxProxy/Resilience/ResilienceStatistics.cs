using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaxProxy.Resilience;

/// <summary>What is counted of the dealings with a remote backend. Thread-safe.</summary>
internal sealed class ResilienceStatistics
{
    private readonly Func<int> openBreakers;
    /// <summary>Most tables of which it is counted how often they were throttled.</summary>
    private const int MostTables = 10_000;

    private readonly ConcurrentDictionary<string, long> throttled = new(StringComparer.Ordinal);
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

    /// <summary>Attempts after one of unknown effect.</summary>
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

    /// <summary>Attempts refused because the backend had failed.</summary>
    public long RefusedBroken => Volatile.Read(ref refusedBroken);

    /// <summary>Attempts refused because too many of their table were under way.</summary>
    public long RefusedFull => Volatile.Read(ref refusedFull);

    /// <summary>How many attempts for a table the backend refused for lack of capacity.</summary>
    public long ThrottlesOf(string table) => throttled.GetValueOrDefault(table);

    /// <summary>Shows the same as instruments of a meter.</summary>
    public void ShowOn(Meter meter)
    {
        meter.CreateObservableCounter(
            "daxproxy.backend.requests", () => Requests, null, "Requests for the remote backend, however often each was sent.");
        meter.CreateObservableCounter(
            "daxproxy.backend.retries",
            () => new[] { By(RetriesThrottled, "throttled"), By(RetriesNeverSent, "never_sent"), By(RetriesUnknown, "unknown") },
            null,
            "Attempts beyond the first, by why the one before failed.");
        meter.CreateObservableCounter(
            "daxproxy.backend.retries_denied",
            () => Denials,
            null,
            "Attempts not made because there had been too many for the number of requests.");
        meter.CreateObservableCounter(
            "daxproxy.backend.hedges", () => Hedges, null, "Reads sent a second time because the answer was late.");
        meter.CreateObservableCounter(
            "daxproxy.backend.hedges_won", () => HedgesWon, null, "Those of them where the second answer came first.");
        meter.CreateObservableCounter(
            "daxproxy.backend.refusals",
            () => new[] { By(RefusedBroken, "broken"), By(RefusedFull, "full") },
            null,
            "Attempts refused without asking the remote backend: it had failed, or too many of the table were under way.");
        meter.CreateObservableCounter(
            "daxproxy.backend.breaks", () => Breaks, null, "How often a table began to be refused because the remote backend failed.");
        meter.CreateObservableGauge(
            "daxproxy.backend.broken", () => (long)OpenBreakers, null, "Tables that are refused because the remote backend failed.");

        static Measurement<long> By(long count, string reason) => new(count, new KeyValuePair<string, object?>("reason", reason));
    }

    internal void CountRequest() => Interlocked.Increment(ref requests);

    internal void CountRetry(Failure reason) => Interlocked.Increment(ref retries[(int)reason]);

    internal void CountThrottled(IReadOnlyList<string> tables)
    {
        foreach (string table in tables)
        {
            if (throttled.Count < MostTables || throttled.ContainsKey(table))
            {
                throttled.AddOrUpdate(table, 1, static (_, count) => count + 1);
            }
        }
    }

    internal void CountDenial() => Interlocked.Increment(ref denials);

    internal void CountHedge() => Interlocked.Increment(ref hedges);

    internal void CountHedgeWon() => Interlocked.Increment(ref hedgesWon);

    internal void CountBreak() => Interlocked.Increment(ref breaks);

    internal void CountRefusedBroken() => Interlocked.Increment(ref refusedBroken);

    internal void CountRefusedFull() => Interlocked.Increment(ref refusedFull);
}
