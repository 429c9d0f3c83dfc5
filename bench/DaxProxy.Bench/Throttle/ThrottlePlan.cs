namespace DaxProxy.Bench.Throttle;

/// <summary>What a run of <c>throttle</c> measures and how.</summary>
internal sealed record ThrottlePlan
{
    /// <summary>Seconds of each phase: as it is, with refusals, and after them.</summary>
    public required int Seconds { get; init; }

    /// <summary>How often the three phases come.</summary>
    public required int Cycles { get; init; }

    /// <summary>Share of the requests that the backend refuses meanwhile.</summary>
    public required double Share { get; init; }

    /// <summary>Requests a second for items that are cached throughout.</summary>
    public required int HitsPerSecond { get; init; }

    /// <summary>Requests a second for items that come and go.</summary>
    public required int OthersPerSecond { get; init; }
}
