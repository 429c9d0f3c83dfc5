namespace DaxProxy.Report;

/// <summary>A figure that a rule may be about. Immutable.</summary>
/// <param name="Name">As rules name it.</param>
/// <param name="Unit">How its values are written.</param>
/// <param name="Value">Its value; null where there were too few requests for it.</param>
internal sealed record RuleFigure(string Name, RuleUnit Unit, Func<Figures, double?> Value)
{
    private static readonly RuleFigure[] All =
    [
        .. OfTimes("", RuleUnit.Time, comparison => comparison.Proxied),
        .. OfTimes("direct.", RuleUnit.Time, comparison => comparison.Direct),
        .. OfTimes("ratio.", RuleUnit.Share, comparison => comparison.Ratio),
        new("requests", RuleUnit.Count, figures => figures.PerSecond.Proxied.Value),
        new("hits", RuleUnit.Share, figures => figures.HitRatio),
        new("errors", RuleUnit.Share, figures => figures.ProxiedErrors),
        new("stale", RuleUnit.Count, figures => figures.Audit.Stale),
        new("wrong", RuleUnit.Count, figures => figures.Wrong),
    ];

    /// <summary>The names of all of them.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(figure => figure.Name));

    /// <summary>The one of a name; null for none.</summary>
    public static RuleFigure? Find(string name) => Array.Find(All, figure => figure.Name == name);

    private static IEnumerable<RuleFigure> OfTimes(string prefix, RuleUnit unit, Func<Comparison, Estimate> side)
    {
        yield return new RuleFigure(prefix + "mean", unit, figures => side(figures.All.Mean).Value);
        foreach (double share in KindFigures.Shares)
        {
            yield return new RuleFigure(
                FormattableString.Invariant($"{prefix}p{share * 100:0.#}"),
                unit,
                figures => figures.All.Percentiles.GetValueOrDefault(share) is { } percentile ? side(percentile).Value : null);
        }
    }
}
