namespace DaxProxy.Options;

/// <summary>
/// Section <c>Resilience</c>: how a remote backend that is slow, busy or gone is dealt with. Without a meaning for the local engine.
/// </summary>
internal sealed record ResilienceOptions
{
    /// <summary>How often one request is sent at most: 1, for once, to 10. Default 3.</summary>
    [Limits("1", "10")]
    public int MaxAttempts { get; init; } = 3;

    /// <summary>
    /// Shortest wait before a request is sent again; later ones are longer and drawn by lot: 1 millisecond to 10 seconds. Default 50 ms.
    /// </summary>
    [Limits("0.001", "00:00:10")]
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait before a request is sent again: 1 millisecond to 10 seconds. Default 1 second.</summary>
    [Limits("0.001", "00:00:10")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a request may take with all its attempts and waits: 1 second to 2 minutes, at least
    /// <see cref="BackendOptions.RequestTimeout"/>. Default 25 seconds, less than SDKs wait by default (the shortest, of the AWS SDK for
    /// Java: 30 seconds).
    /// </summary>
    [Limits("00:00:01", "00:02:00")]
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Requests that may be sent again or twice, as a share of all requests: 0, for none, to 1. Default 0.1.</summary>
    [Limits("0", "1")]
    public double RetryRatio { get; init; } = 0.1;

    /// <summary>Which writes are sent again when it is not known whether they happened. Default idempotent.</summary>
    public RepeatedWrites RepeatWrites { get; init; } = RepeatedWrites.Idempotent;

    /// <summary>Most requests for one table that are at the backend at once: 1 to 10 000. Default 100.</summary>
    [Limits("1", "10000")]
    public int MaxConcurrency { get; init; } = 100;

    /// <summary>Most requests for one table that wait for that; further ones are refused: 0 to 100 000. Default 1000.</summary>
    [Limits("0", "100000")]
    public int MaxQueue { get; init; } = 1000;

    /// <summary>Share of failures from which a table's requests are refused for a while: 0.05 to 1. Default 0.5.</summary>
    [Limits("0.05", "1")]
    public double BreakRatio { get; init; } = 0.5;

    /// <summary>Fewest requests for a table within <see cref="BreakWindow"/> before that happens: 2 to 1 000 000. Default 20.</summary>
    [Limits("2", "1000000")]
    public int BreakMinimum { get; init; } = 20;

    /// <summary>The time over which failures are counted: 1 second to 10 minutes. Default 10 seconds.</summary>
    [Limits("00:00:01", "00:10:00")]
    public TimeSpan BreakWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a table's requests are refused before one is tried again: 0.5 seconds to 10 minutes. Default 5 seconds.</summary>
    [Limits("0.5", "00:10:00")]
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long a read without an answer is sent a second time; 0, for never, to 10 seconds. Default 0.</summary>
    [Limits("00:00:00", "00:00:10")]
    public TimeSpan HedgeAfter { get; init; }
}
