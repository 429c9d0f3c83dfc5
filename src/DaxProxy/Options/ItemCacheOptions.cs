namespace DaxProxy.Options;

/// <summary>Section <c>ItemCache</c>: the cache of items.</summary>
public sealed record ItemCacheOptions
{
    /// <summary>Whether items are cached at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Most bytes the cache may hold; 0 takes <see cref="MemoryShare"/> instead. Default 0.</summary>
    [Bytes]
    [Limits("0", "1024GiB")]
    public long MaxBytes { get; init; }

    /// <summary>Share of the memory that the process may use (the container's limit, if there is one): 0.01 to 0.9. Default 0.25.</summary>
    [Limits("0.01", "0.9")]
    public double MemoryShare { get; init; } = 0.25;

    /// <summary>How long an item is served from the cache; 0 means until it is evicted. At most 365 days. Default 5 minutes.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the absence of an item is served from the cache; 0 never. At most 365 days. Default 30 seconds.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan NegativeTimeToLive { get; init; } = TimeSpan.FromSeconds(30);

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

    /// <summary>Whether plain reads are answered before they are decoded. Off only to look for a fault. Default true.</summary>
    public bool Peek { get; init; } = true;

    /// <summary>The limit in bytes, whichever way it was given.</summary>
    /// <param name="availableBytes">The memory that the process may use.</param>
    public long EffectiveMaxBytes(long availableBytes) => MaxBytes > 0 ? MaxBytes : (long)(availableBytes * MemoryShare);
}
