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
    /// Whether cached answers are served until the end of their life whatever is written, as by Amazon DynamoDB Accelerator. Default false.
    /// </summary>
    public bool DaxCompatible { get; init; }

    /// <summary>The limit in bytes, whichever way it was given.</summary>
    /// <param name="availableBytes">The memory that the process may use.</param>
    public long EffectiveMaxBytes(long availableBytes) => MaxBytes > 0 ? MaxBytes : (long)(availableBytes * MemoryShare);
}
