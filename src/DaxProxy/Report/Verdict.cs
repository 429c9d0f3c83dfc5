namespace DaxProxy.Report;

/// <summary>Whether the proxy helps, in plain words, and which figures say so.</summary>
/// <param name="Advice">What to do.</param>
/// <param name="Headline">The advice as a sentence.</param>
/// <param name="Reason">The figures that decided, in one or two sentences.</param>
internal sealed record Verdict(Advice Advice, string Headline, string Reason)
{
    /// <summary>Share of failed requests through the proxy above which nothing else counts, unless as many fail without it.</summary>
    public const double MostErrors = 0.001;

    /// <summary>The mean time through the proxy is at most this share of the direct one, with confidence: the proxy helps.</summary>
    public const double HelpsBelow = 0.75;

    /// <summary>The same, but it helps only a little; what is not below is not worth another process in the way.</summary>
    public const double HelpsALittleBelow = 0.90;

    /// <summary>So many times the direct 99th percentile, with confidence, is a price for a better mean.</summary>
    public const double DearTail = 1.5;

    /// <summary>From this share of writes on they are called the reason.</summary>
    private const double MostlyWrites = 0.75;

    /// <summary>Below this share of hits their want is called the reason.</summary>
    private const double FewHits = 0.5;

    private const string MeasureLonger = "Measure longer (--seconds), on quieter machines";

    /// <summary>Judges. Pure.</summary>
    public static Verdict Of(Figures figures)
    {
        Estimate mean = figures.All.Mean.Ratio;
        Estimate? tail = figures.All.Percentiles.GetValueOrDefault(0.99)?.Ratio;
        return figures switch
        {
            { Audit: { Stale: > 0 } audit } => No(
                "reads through it were stale",
                $"{Count(audit.Stale, "read")} of {audit.Looks:#,0} that were checked showed an older state "
                    + "than a consistent read had shown before, "
                    + $"the longest for {Quantity.Milliseconds(audit.LongestMilliseconds)}{(audit.Unended > 0 ? " at least" : "")}. "
                    + "Something writes past the proxy, or it has a fault."),
            { Wrong: > 0 } => No(
                "it gave wrong answers",
                $"{Count(figures.Wrong, "reply", "replies")} through it did not hold the item that was asked for."),
            { ProxiedErrors: > MostErrors } when figures.ProxiedErrors > 2 * figures.DirectErrors => No(
                "requests through it fail",
                $"{Quantity.Share(figures.ProxiedErrors)} of the requests through it failed, "
                    + $"and {Quantity.Share(figures.DirectErrors)} of the direct ones."),
            _ when mean.High <= HelpsBelow && tail is { Low: > DearTail } => new Verdict(
                Advice.Hardly,
                "Hardly worth it: faster on average, but its slowest requests are slower.",
                $"{Means(figures)} {Tails(figures)}"),
            _ when mean.High <= HelpsBelow => new Verdict(
                Advice.Use,
                $"Use it: requests take {Quantity.Ratio(mean.Value)} of the direct time.",
                $"{Means(figures)} {Hits(figures)}"),
            _ when mean.High <= HelpsALittleBelow => new Verdict(
                Advice.Hardly,
                mean.Value > HelpsBelow
                    ? "Hardly worth it: it saves little time."
                    : $"Hardly worth it, as far as can be told: the rounds differ too much. {MeasureLonger}.",
                $"{Means(figures)} {Hits(figures)}"),
            _ => No(WhyNot(figures), $"{Means(figures)} {Hits(figures)}"),
        };
    }

    private static Verdict No(string why, string reason) => new(Advice.DoNotUse, $"Do not use this here: {why}.", reason);

    private static string WhyNot(Figures figures) =>
        figures.WriteShare >= MostlyWrites
            ? $"{(figures.WriteShare < 1 ? "nearly " : "")}all requests write, and every write goes to DynamoDB"
        : figures.HitRatio < FewHits ? "too few reads are answered from its cache"
        : figures.All.Mean.Ratio.Low <= HelpsBelow ? $"the rounds differ too much to show a gain. {MeasureLonger}"
        : "the backend is as fast as the proxy";

    private static string Means(Figures figures)
    {
        Comparison mean = figures.All.Mean;
        string median = figures.All.Percentiles.GetValueOrDefault(0.5) is { } half
            ? $" The median is {Quantity.Microseconds(half.Proxied.Value)} instead of {Quantity.Microseconds(half.Direct.Value)}." : "";
        return $"A request takes {Quantity.Microseconds(mean.Proxied.Value)} on average "
            + $"instead of {Quantity.Microseconds(mean.Direct.Value)}: {Quantity.Ratio(mean.Ratio.Value)} of the time "
            + $"(95 % confidence: {Quantity.Ratio(mean.Ratio.Low)} to {Quantity.Ratio(mean.Ratio.High)}).{median}";
    }

    private static string Tails(Figures figures) => figures.All.Percentiles.GetValueOrDefault(0.99) is { } tail
        ? $"One in a hundred takes more than {Quantity.Microseconds(tail.Proxied.Value)} "
            + $"instead of {Quantity.Microseconds(tail.Direct.Value)}."
        : "";

    private static string Hits(Figures figures) => figures.WriteShare >= 1
        ? "No request reads."
        : $"Its cache answers {Quantity.Share(figures.HitRatio)} of the reads"
            + $"{(figures.WriteShare > 0 ? $"; {Quantity.Share(figures.WriteShare)} of the requests write" : "")}.";

    private static string Count(long count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{count:#,0} {many ?? one + "s"}";
}
