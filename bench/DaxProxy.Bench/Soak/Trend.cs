namespace DaxProxy.Bench.Soak;

/// <summary>How a figure moved over the two halves of a run: how much the fitted straight line of each half rises.</summary>
/// <param name="Level">Mean of the second half.</param>
/// <param name="FirstRise">Rise over the first half.</param>
/// <param name="SecondRise">Rise over the second half.</param>
internal readonly record struct Trend(double Level, double FirstRise, double SecondRise)
{
    /// <summary>The largest share of the level that the second half may rise by.</summary>
    public const double MaxRise = 0.05;

    /// <summary>Rise that is never held against a figure, in its unit: five percent of very little is noise.</summary>
    public const double Noise = 1;

    /// <summary>Whether the figure has stopped growing.</summary>
    public bool IsFlat => SecondRise <= Math.Max(MaxRise * Level, Noise);

    public static Trend Of(IReadOnlyList<double> figures)
    {
        double[] first = [.. figures.Take(figures.Count / 2)], second = [.. figures.Skip(figures.Count / 2)];
        return new Trend(second.Average(), RiseOf(first), RiseOf(second));
    }

    /// <summary>Least squares over samples at even distances.</summary>
    private static double RiseOf(double[] figures)
    {
        double middle = (figures.Length - 1) / 2.0, mean = figures.Average(), sum = 0, squares = 0;
        for (int index = 0; index < figures.Length; index++)
        {
            sum += (index - middle) * (figures[index] - mean);
            squares += (index - middle) * (index - middle);
        }

        return squares == 0 ? 0 : sum / squares * (figures.Length - 1);
    }
}
