namespace DaxProxy.Report;

/// <summary>What a report must not show, as <c>--fail-if</c> gives it: <c>p99>5ms</c>, <c>hits&lt;80%</c>, <c>ratio.mean>75%</c>.</summary>
/// <remarks>
/// A figure, <c>&lt;</c>, <c>&lt;=</c>, <c>></c> or <c>>=</c>, a value with its unit. Times are those through the proxy unless
/// <c>direct.</c> stands before them; <c>ratio.</c> is proxied / direct. Immutable.
/// </remarks>
/// <param name="text">As the user gave it.</param>
/// <param name="figure">Its figure.</param>
/// <param name="comparison">What holds between the figure and the limit where the rule fails.</param>
/// <param name="limit">The value, in the figure's unit.</param>
internal sealed class FailRule(string text, RuleFigure figure, Func<double, double, bool> comparison, double limit)
{
    /// <summary>Exit code of a report when a rule holds that is to fail it.</summary>
    public const int ExitCode = 3;

    /// <summary>Longer ones first, as one is the beginning of the other.</summary>
    private static readonly (string Sign, Func<double, double, bool> Holds)[] Comparisons =
    [
        (">=", (value, limit) => value >= limit),
        ("<=", (value, limit) => value <= limit),
        (">", (value, limit) => value > limit),
        ("<", (value, limit) => value < limit),
    ];

    /// <summary>As the user gave it.</summary>
    public string Text { get; } = text;

    /// <summary>Reads a rule.</summary>
    /// <exception cref="ReportFault">It is none.</exception>
    public static FailRule Parse(string text)
    {
        string bare = text.Replace(" ", "", StringComparison.Ordinal);
        foreach ((string sign, Func<double, double, bool> holds) in Comparisons)
        {
            int at = bare.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                RuleFigure figure = RuleFigure.Find(bare[..at])
                    ?? throw new ReportFault($"--fail-if '{text}': {bare[..at]} is no figure; use one of {RuleFigure.Names}");
                double limit = figure.Unit.Parse(bare[(at + sign.Length)..])
                    ?? throw new ReportFault($"--fail-if '{text}': give {figure.Unit.Hint} after {sign}");
                return new FailRule(text, figure, holds, limit);
            }
        }

        throw new ReportFault($"--fail-if '{text}': is no rule; give one like 'p99>5ms', 'hits<80%' or 'stale>0'");
    }

    /// <summary>Why the report fails by this rule, in a few words; null where it does not.</summary>
    public string? FindFault(Figures figures) => figure.Value(figures) switch
    {
        null => "the rounds had too few such requests to say; give more --seconds",
        { } value when comparison(value, limit) => $"it is {figure.Unit.Write(value)}",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
