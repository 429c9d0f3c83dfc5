using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Throttle;

/// <summary>The three phases of a cycle, second by second.</summary>
internal sealed record ThrottleCycle(
    IReadOnlyList<ThrottleWindow> Steady, IReadOnlyList<ThrottleWindow> Throttled, IReadOnlyList<ThrottleWindow> Recovery)
{
    /// <summary>
    /// 99th percentile of hits with refusals against without. Of each phase the median second, because a neighbour makes single ones slow;
    /// what is before and what is after are taken together, because the machine may get slower or faster meanwhile.
    /// </summary>
    public double HitRatio => P99Of(Throttled) / ((P99Of(Steady) + P99Of(Recovery)) / 2);

    /// <summary>Requests that arrived for each that the cache could not answer: what is above 1 is repetitions.</summary>
    public double SentPerMiss => (double)Throttled.Sum(window => window.Arrived) / Throttled.Sum(window => window.Missed);

    /// <summary>The worst second after the refusals against the mean before them, by requests that arrived.</summary>
    public double WorstAfter => Recovery.Max(window => window.Arrived) / Steady.Average(window => window.Arrived);

    /// <summary>The worst second before the refusals against the mean: what chance does.</summary>
    public double WorstBefore => Steady.Max(window => window.Arrived) / Steady.Average(window => window.Arrived);

    /// <summary>Median over the seconds of a phase of the 99th percentile of hits in microseconds.</summary>
    public static double P99Of(IReadOnlyList<ThrottleWindow> phase) => Spread.Of(phase.Select(window => window.HitP99)).Median;
}
