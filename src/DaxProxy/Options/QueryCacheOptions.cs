namespace DaxProxy.Options;

/// <summary>Section <c>QueryCache</c>: the cache of answers to Query and Scan.</summary>
public sealed record QueryCacheOptions
{
    /// <summary>Whether answers are cached at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Most bytes the cache may hold; 0 takes <see cref="MemoryShare"/> instead. Default 0.</summary>
    [Bytes]
    [Limits("0", "1024GiB")]
    public long MaxBytes { get; init; }

    /// <summary>Share of the memory that the process may use (the container's limit, if there is one): 0.01 to 0.9. Default 0.1.</summary>
    [Limits("0.01", "0.9")]
    public double MemoryShare { get; init; } = 0.1;

    /// <summary>How long an answer is served from the cache; 0 caches none. At most 365 days. Default 5 minutes.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Share of the time to live by which an entry may end earlier, drawn for each, so that those stored together do not end together:
    /// 0 to 0.5. Default 0.
    /// </summary>
    [Limits("0", "0.5")]
    public double Jitter { get; init; }

    /// <summary>
    /// Share of its life that remains when a hit on an entry that was used before has it fetched anew behind the reader's back: 0 to 0.5.
    /// Default 0: never.
    /// </summary>
    [Limits("0", "0.5")]
    public double EarlyRefresh { get; init; }

    /// <summary>
    /// Whether the caches do what Amazon DynamoDB Accelerator documents: answers to Query and Scan are served until the end of their life
    /// whatever is written; the absence of an item as long as an item; and consistent reads leave nothing behind. Default false.
    /// </summary>
    public bool DaxCompatible { get; init; }

    /// <summary>The limit in bytes, whichever way it was given.</summary>
    /// <param name="availableBytes">The memory that the process may use.</param>
    public long EffectiveMaxBytes(long availableBytes) => MaxBytes > 0 ? MaxBytes : (long)(availableBytes * MemoryShare);
}
