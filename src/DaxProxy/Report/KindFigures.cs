using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>How long requests of one kind took in the warm rounds, in microseconds.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Requests">How many succeeded on both targets.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Percentiles">The percentiles that the rounds had enough requests for, by their share: 0.5, 0.9, 0.99, 0.999.</param>
internal sealed record KindFigures(string Name, long Requests, Comparison Mean, IReadOnlyDictionary<double, Comparison> Percentiles)
{
    /// <summary>Which percentiles there are, as shares.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.5, 0.9, 0.99, 0.999];

    /// <summary>The figures of two lists of rounds, each pair measured side by side; null when a round had no such request.</summary>
    public static KindFigures? Of(string name, IReadOnlyList<LatencySnapshot> direct, IReadOnlyList<LatencySnapshot> proxied)
    {
        long fewest = direct.Concat(proxied).Min(round => round.Count);
        return fewest == 0 ? null : new KindFigures(
            name,
            direct.Concat(proxied).Sum(round => round.Count),
            Compare(round => round.Mean),
            Shares
                .Where(share => fewest * (1 - share) >= 1)
                .ToDictionary(share => share, share => Compare(round => round.Percentile(share))));

        Comparison Compare(Func<LatencySnapshot, TimeSpan> figure) => Comparison.Of(
            [.. direct.Select(round => figure(round).TotalMicroseconds)], [.. proxied.Select(round => figure(round).TotalMicroseconds)]);
    }
}
