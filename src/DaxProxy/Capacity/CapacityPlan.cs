using DaxProxy.Options;

namespace DaxProxy.Capacity;

/// <summary>What is to be simulated. Immutable.</summary>
internal sealed record CapacityPlan
{
    /// <summary>The load.</summary>
    public required CapacityLoad Load { get; init; }

    /// <summary>The modes to compare.</summary>
    public required IReadOnlyList<CapacityMode> Modes { get; init; }

    /// <summary>Provisioned read units of each table; null for as many as bring its mean load to the target.</summary>
    public long? ReadUnits { get; init; }

    /// <summary>The same of writes.</summary>
    public long? WriteUnits { get; init; }

    /// <summary>The fewest units that auto scaling sets, of reads and of writes.</summary>
    public required int MinUnits { get; init; }

    /// <summary>The most.</summary>
    public required int MaxUnits { get; init; }

    /// <summary>Percent of the capacity that are to be consumed.</summary>
    public required double Target { get; init; }

    /// <summary>What units cost.</summary>
    public required UnitPrices Prices { get; init; }

    /// <summary>The budget of the item cache.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>The budget of the query cache: as much smaller as by the proxy's defaults.</summary>
    public long QueryCacheBytes => Math.Max(1, CacheBytes * 2 / 5);

    /// <summary>How long items are kept.</summary>
    public required TimeSpan TimeToLive { get; init; }

    /// <summary>How long the absence of an item is kept.</summary>
    public TimeSpan NegativeTimeToLive { get; } = new ItemCacheOptions().NegativeTimeToLive;

    /// <summary>How long pages are kept; 0 for not at all.</summary>
    public required TimeSpan QueryTimeToLive { get; init; }

    /// <summary>The same seed gives the same result.</summary>
    public required int Seed { get; init; }

    /// <summary>The page to write.</summary>
    public required string Out { get; init; }

    /// <summary>The command line, for the page.</summary>
    public required string Command { get; init; }
}
