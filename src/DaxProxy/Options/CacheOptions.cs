namespace DaxProxy.Options;

/// <summary>What both caches have in common.</summary>
internal abstract record CacheOptions
{
    /// <summary>Whether anything is cached at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Most bytes the cache may hold; 0 takes <see cref="MemoryShare"/> instead. Default 0.</summary>
    [Bytes]
    [Limits("0", "1024GiB")]
    public long MaxBytes { get; init; }

    /// <summary>Share of the memory that the process may use (the container's limit, if there is one): 0.01 to 0.9.</summary>
    [Limits("0.01", "0.9")]
    public double MemoryShare { get; init; }

    /// <summary>
    /// Share of the time to live by which an entry may end earlier, drawn for each, so that those stored together do not end together:
    /// 0 to 0.5. Default 0.
    /// </summary>
    [Limits("0", "0.5")]
    public double Jitter { get; init; }

    /// <summary>
    /// Share of its life that remains when a hit on an entry that was used before fetches it again in the background: 0 to 0.5.
    /// Default 0: never.
    /// </summary>
    [Limits("0", "0.5")]
    public double EarlyRefresh { get; init; }

    /// <summary>
    /// How long after the end of its life an entry may still be answered where the backend is throttling, fails or does not answer: 0, for
    /// never, to 365 days. Never for consistent reads, and never what was written to through this process. Default 0.
    /// </summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan ServeStale { get; init; }

    /// <summary>
    /// How long the backend is waited for where <see cref="ServeStale"/> has an answer, before that is given: 0, to answer at once and
    /// fetch behind the reader's back, to 2 minutes. Default 1 second.
    /// </summary>
    [Limits("00:00:00", "00:02:00")]
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The limit in bytes, whichever way it was given.</summary>
    /// <param name="availableBytes">The memory that the process may use.</param>
    public long EffectiveMaxBytes(long availableBytes) => MaxBytes > 0 ? MaxBytes : (long)(availableBytes * MemoryShare);
}
