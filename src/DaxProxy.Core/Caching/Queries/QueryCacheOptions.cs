using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>The query cache. Read once at start.</summary>
public sealed record QueryCacheOptions
{
    /// <summary>Most bytes entries may take together, keys and overhead included. At least 1. Default 96 MiB.</summary>
    public long MaxBytes { get; init; } = 96L << 20;

    /// <summary>
    /// How many fences all partitions share: a power of two. Each takes 32 bytes and 64 for each write it remembers. Default 2^12.
    /// </summary>
    public int FenceStripes { get; init; } = 1 << 12;

    /// <summary>How many writes a fence remembers. At least 1. Default 32.</summary>
    public int FenceRing { get; init; } = 32;

    /// <summary>How long a write of unknown outcome may still arrive at the backend; zero or more. Default 2 seconds.</summary>
    public TimeSpan DoubtWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How far the backend's reads may be behind its writes. Default: not at all.</summary>
    public ReadLag ReadLag { get; init; }

    /// <summary>
    /// Where the backend's Scan meets an item (<see cref="IDynamoBackend.ScanOrder"/>); null where that is not known. Default null.
    /// </summary>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder { get; init; }

    /// <summary>Share of its time to live by which an entry may end earlier: 0 to 0.5. Default 0.</summary>
    public double Jitter { get; init; }

    /// <summary>Share of its life that remains when a hit makes the cache fetch an entry again: 0, for never, to 0.5. Default 0.</summary>
    public double EarlyRefresh { get; init; }

    /// <summary>
    /// How long the backend is waited for by a reader who can be answered past the end of a life; zero or more. Default 1 second.
    /// </summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How those who wait for a fetch go on when it ends. Default in threads of the pool.</summary>
    public TaskCreationOptions Continuations { get; init; } = TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Whether a share of the reads is looked at, to say which queries are read most. Default false.</summary>
    public bool FindsHot { get; init; }
}
