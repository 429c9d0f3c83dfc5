namespace DaxProxy.Options;

/// <summary>Section <c>ItemCache</c>: the cache of items.</summary>
internal sealed record ItemCacheOptions : CacheOptions
{
    /// <summary>A quarter of the memory, as <see cref="CacheOptions.MemoryShare"/>.</summary>
    public ItemCacheOptions() => MemoryShare = 0.25;

    /// <summary>How long an item is served from the cache; 0 means until it is evicted. At most 365 days. Default 5 minutes.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the absence of an item is served from the cache; 0 never. At most 365 days. Default 30 seconds.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan NegativeTimeToLive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether plain reads are answered before they are decoded. Off only to look for a fault. Default true.</summary>
    public bool Peek { get; init; } = true;
}
