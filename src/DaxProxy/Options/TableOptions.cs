using DaxProxy.Core.Catalog;

namespace DaxProxy.Options;

/// <summary>
/// A rule of section <c>Tables</c>: what differs for the tables, or for the indexes, that its <see cref="TablePattern"/> names. What is
/// null follows from less specific rules, and at last from the sections of the caches.
/// </summary>
internal sealed record TableOptions
{
    /// <summary>Whether anything is cached: of a table, its indexes included; of an index, the answers read from it.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether items are cached.</summary>
    public bool? CacheItems { get; init; }

    /// <summary>How long an item is served from the cache; 0 means until it is evicted. At most 365 days.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>How long the absence of an item is served from the cache; 0 never. At most 365 days.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan? NegativeTimeToLive { get; init; }

    /// <summary>How long an answer to Query or Scan is served from the cache; 0 caches none. At most 365 days.</summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan? QueryTimeToLive { get; init; }

    /// <summary>
    /// How long after the end of its life an item, or an answer to Query or Scan, may be answered where the backend fails; 0 never. At most
    /// 365 days.
    /// </summary>
    [Limits("00:00:00", "365.00:00:00")]
    public TimeSpan? ServeStale { get; init; }

    /// <summary>
    /// Whether the caches do what Amazon DynamoDB Accelerator documents: see <see cref="QueryCacheOptions.DaxCompatible"/>.
    /// </summary>
    public bool? DaxCompatible { get; init; }

    /// <summary>
    /// Whether the table's stream is followed, as others write the table past the proxies: what they change leaves the caches.
    /// </summary>
    public bool? FollowStream { get; init; }

    /// <summary>
    /// How far behind the table a cached answer may be where its stream is followed, 0.5 s to 1 h; while it is not known to be nearer,
    /// reads pass by. Default 5 s.
    /// </summary>
    [Limits("00:00:00.5", "01:00:00")]
    public TimeSpan? MaxStreamLag { get; init; }

    /// <summary>What <see cref="MaxStreamLag"/> is where no rule says.</summary>
    public static TimeSpan DefaultMaxStreamLag { get; } = TimeSpan.FromSeconds(5);

    /// <summary>What the members of a group promise of the table: see <see cref="GroupOptions.Mode"/>. All have the same.</summary>
    public GroupMode? GroupMode { get; init; }

    /// <summary>What the local engine does about the table's throughput: see <see cref="BackendOptions.Throughput"/>.</summary>
    public ThroughputMode? Throughput { get; init; }
}
