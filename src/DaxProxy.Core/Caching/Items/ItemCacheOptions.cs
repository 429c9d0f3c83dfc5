namespace DaxProxy.Core.Caching.Items;

/// <summary>The item cache. Read once at start.</summary>
public sealed record ItemCacheOptions
{
    /// <summary>Most bytes entries may take together, keys and overhead included. At least 1. Default 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>How many fences all keys share: a power of two, 2^6 … 2^24, of 32 bytes each. Default 2^16.</summary>
    public int FenceStripes { get; init; } = 1 << 16;

    /// <summary>How long a write of unknown outcome may still arrive at the backend; zero or more. Default 2 seconds.</summary>
    public TimeSpan DoubtWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after a write the backend's eventually consistent reads may still miss it (<see cref="ReadLag.Replica"/>); zero or more.
    /// For that long misses are read consistently. Default zero.
    /// </summary>
    public TimeSpan SettleWindow { get; init; }

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

    /// <summary>Whether a share of the reads is looked at, to say which keys are read most. Default false.</summary>
    public bool FindsHot { get; init; }
}
