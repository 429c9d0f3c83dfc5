namespace DaxProxy.Options;

/// <summary>Section <c>QueryCache</c>: the cache of answers to Query and Scan.</summary>
internal sealed record QueryCacheOptions : CacheOptions
{
    /// <summary>A tenth of the memory, as <see cref="CacheOptions.MemoryShare"/>.</summary>
    public QueryCacheOptions() => MemoryShare = 0.1;

    /// <summary>How long an answer is served from the cache; 0 caches none. At most 365 days. Default 5 minutes.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the caches do what Amazon DynamoDB Accelerator documents: answers to Query and Scan are served until the end of their life
    /// whatever is written; the absence of an item as long as an item; and consistent reads leave nothing behind. Default false.
    /// </summary>
    public bool DaxCompatible { get; init; }
}
