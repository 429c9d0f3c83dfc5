namespace DaxProxy.Report;

/// <summary>A figure with its 95 % confidence interval, from one value a round.</summary>
/// <remarks>
/// Rounds are few, so the intervals are Student's t. Ratios are treated as logarithms, in which twice as much and half as much are equally
/// far from the same.
/// </remarks>
/// <param name="Value">The mean of the rounds; of ratios the geometric mean.</param>
/// <param name="Low">Where the interval begins.</param>
/// <param name="High">Where it ends.</param>
internal readonly record struct Estimate(double Value, double Low, double High)
{
    /// <summary>97.5 % quantiles of Student's t distribution for 1, 2, ... degrees of freedom. Source: any table of it.</summary>
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    private const double NormalQuantile = 1.960;

    /// <summary>The mean of values.</summary>
    /// <param name="values">At least two.</param>
    public static Estimate OfMean(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        int freedom = values.Count - 1;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / freedom);
        double half = (freedom <= Quantiles.Length ? Quantiles[freedom - 1] : NormalQuantile) * deviation / Math.Sqrt(values.Count);
        return new Estimate(mean, mean - half, mean + half);
    }

    /// <summary>The ratio of values to those that were measured beside them.</summary>
    /// <param name="values">At least two, above 0.</param>
    /// <param name="bases">As many, above 0.</param>
    public static Estimate OfRatio(IReadOnlyList<double> values, IReadOnlyList<double> bases)
    {
        Estimate logarithm = OfMean([.. values.Zip(bases, (value, other) => Math.Log(value / other))]);
        return new Estimate(Math.Exp(logarithm.Value), Math.Exp(logarithm.Low), Math.Exp(logarithm.High));
    }
}
