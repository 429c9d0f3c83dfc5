namespace DaxProxy.Capacity;

/// <summary>What a simulation came to.</summary>
/// <param name="Plan">What was simulated.</param>
/// <param name="Duration">The time of the load.</param>
/// <param name="Requests">How many requests it has.</param>
/// <param name="Ways">Each mode, first without the caches and then with them.</param>
internal sealed record CapacityResult(CapacityPlan Plan, TimeSpan Duration, long Requests, IReadOnlyList<WayFigures> Ways)
{
    /// <summary>Up to this share of throttled requests, SDKs make up for it and users notice nothing. Ours.</summary>
    public const double FewThrottled = 0.001;

    /// <summary>Seconds of a month of 730 hours, by which AWS calculates.</summary>
    private const double SecondsOfMonth = 730 * 3600;

    /// <summary>Read units a second that the load asks for without caches.</summary>
    public required TimeSeries DirectReads { get; init; }

    /// <summary>The same with them.</summary>
    public required TimeSeries CachedReads { get; init; }

    /// <summary>Write units a second, which caches do not change.</summary>
    public required TimeSeries Writes { get; init; }

    /// <summary>Reads that a cache would answer, of those that one may.</summary>
    public required double HitRatio { get; init; }

    /// <summary>How long the simulation itself took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>US dollars a month, if the load went on like this.</summary>
    public double MonthlyCost(WayFigures way) => way.CostAt(Plan.Prices) * SecondsOfMonth / Duration.TotalSeconds;

    /// <summary>The cheapest way with few throttled requests; null where each has many.</summary>
    public WayFigures? Best => Ways.Where(way => way.ThrottledShare <= FewThrottled).MinBy(MonthlyCost);
}
