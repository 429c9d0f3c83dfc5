namespace DaxProxy.Core.Operations;

/// <summary>How the cache dealt with a read, as the value of a <c>Cache-Status</c> header.</summary>
/// <remarks>
/// Immutable. The texts are made once, those with a time to live on their first use, so that a hit allocates nothing. Source: RFC 9211.
/// </remarks>
public readonly struct CacheStatus : IEquatable<CacheStatus>
{
    /// <summary>Longest remaining life that is told; of a longer one the header says nothing.</summary>
    private const int MaxSeconds = 3600;

    private const string Detail = "; detail=";
    private const string AnyHit = "DaxProxy; hit";
    private const string AnyStale = "; detail=\"stale, ";
    private const string AnyMiss = "DaxProxy; fwd=miss";
    private const string AnySimulated = "simulated-";

    private static readonly string?[] Hits = new string?[MaxSeconds + 1];

    private readonly string? text;

    private CacheStatus(string text) => this.text = text;

    /// <summary>Answered by the backend, and kept.</summary>
    public static CacheStatus Stored { get; } = new(AnyMiss + "; stored");

    /// <summary>Answered by the backend, and not kept.</summary>
    public static CacheStatus Miss { get; } = new(AnyMiss);

    /// <summary>Answered with what the backend told another request that was already asking.</summary>
    public static CacheStatus Collapsed { get; } = new(AnyMiss + "; collapsed");

    /// <summary>A batch with some keys that were known.</summary>
    public static CacheStatus Partial { get; } = new("DaxProxy; fwd=partial");

    /// <summary>Not a matter for the cache: a consistent read, a table it does not serve, a key that does not fit.</summary>
    public static CacheStatus Bypass { get; } = new("DaxProxy; fwd=bypass");

    /// <summary>The caches are out of service.</summary>
    public static CacheStatus Degraded { get; } = new("DaxProxy; fwd=bypass; detail=degraded");

    /// <summary>The caches may not answer: a member of a group whose lease has ended.</summary>
    public static CacheStatus NoLease { get; } = new("DaxProxy; fwd=bypass; detail=no-lease");

    /// <summary>The caches may not answer: it is not known whether they are near enough to the table's stream.</summary>
    public static CacheStatus StreamLag { get; } = new("DaxProxy; fwd=bypass; detail=stream-lag");

    /// <summary>Answered from the cache by an entry without an end.</summary>
    public static CacheStatus Hit { get; } = new(AnyHit);

    /// <summary>Whether it is an answer from the cache, of any age.</summary>
    public bool IsHit => text?.StartsWith(AnyHit, StringComparison.Ordinal) == true;

    /// <summary>What it comes to.</summary>
    public CacheOutcome Outcome =>
        IsHit ? text!.Contains(AnyStale, StringComparison.Ordinal) ? CacheOutcome.Stale : CacheOutcome.Hit
        : text?.StartsWith(AnyMiss, StringComparison.Ordinal) == true || Equals(Partial) ? CacheOutcome.Miss
        : CacheOutcome.Bypass;

    /// <summary>Answered from the cache by an entry that lives this much longer.</summary>
    public static CacheStatus HitFor(TimeSpan remaining)
    {
        long seconds = Math.Max(0, remaining.Ticks / TimeSpan.TicksPerSecond);
        return seconds <= MaxSeconds ? new(Hits[seconds] ??= $"DaxProxy; hit; ttl={seconds}") : Hit;
    }

    /// <summary>Answered from the cache by an entry whose life has ended, as the backend failed.</summary>
    /// <param name="remaining">Its remaining life: negative.</param>
    /// <param name="failure">What the backend did: printable ASCII without quotes.</param>
    public static CacheStatus Stale(TimeSpan remaining, string failure) =>
        new($"{AnyHit}; ttl={Math.Floor(remaining.TotalSeconds):0}{AnyStale}{failure}\"");

    /// <summary>Whether it says that a fault was simulated.</summary>
    public bool IsSimulated => text?.Contains(AnySimulated, StringComparison.Ordinal) == true;

    /// <summary>The same of an answer with a fault that was simulated.</summary>
    /// <param name="fault">Its name: letters.</param>
    public CacheStatus Simulated(string fault) => With(AnySimulated + fault, isToken: true);

    /// <summary>The same with what the caches told about it.</summary>
    public CacheStatus With(Explanation? explanation) => explanation is null ? this : With($"{explanation}", isToken: false);

    /// <summary>There is one detail in a status. More than a word is quoted.</summary>
    private CacheStatus With(string detail, bool isToken)
    {
        string said = ToString();
        int at = said.IndexOf(Detail, StringComparison.Ordinal);
        return at >= 0 ? new($"{said[..at]}{Detail}\"{said[(at + Detail.Length)..].Trim('"')}, {detail}\"")
            : isToken ? new($"{said}{Detail}{detail}")
            : new($"{said}{Detail}\"{detail}\"");
    }

    /// <summary>Whether two statuses read the same.</summary>
    public bool Equals(CacheStatus other) => text == other.text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheStatus other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>The header's value.</summary>
    public override string ToString() => text ?? "DaxProxy";
}
