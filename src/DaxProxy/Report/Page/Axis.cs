using System.Globalization;

namespace DaxProxy.Report.Page;

/// <summary>An axis of a plot: where a value is on it, and what is written beside it. Immutable.</summary>
/// <param name="Place">Where a value is: 0 at its beginning, 1 at its end; others are outside.</param>
/// <param name="Ticks">What is written where.</param>
internal sealed record Axis(Func<double, double> Place, IReadOnlyList<(double Value, string Label)> Ticks)
{
    /// <summary>From 0 to at least a value, in steps that are easy to read.</summary>
    /// <param name="most">The largest value.</param>
    /// <param name="label">Writes a value.</param>
    public static Axis Linear(double most, Func<double, string> label)
    {
        double step = StepOf(most);
        double end = Math.Max(step, Math.Ceiling((most / step) - 1e-9) * step);
        int count = (int)Math.Round(end / step) + 1;
        return new Axis(value => value / end, [.. Enumerable.Range(0, count).Select(index => (index * step, label(index * step)))]);
    }

    /// <summary>From 0 to exactly a value.</summary>
    public static Axis Exact(double most, Func<double, string> label)
    {
        double step = StepOf(most);
        int count = (int)((most / step) + 1e-9) + 1;
        return new Axis(value => value / most, [.. Enumerable.Range(0, count).Select(index => (index * step, label(index * step)))]);
    }

    /// <summary>Logarithmic, from just below the least to just above the largest value.</summary>
    /// <param name="least">The least, above 0.</param>
    /// <param name="most">The largest.</param>
    /// <param name="label">Writes a value.</param>
    public static Axis Logarithmic(double least, double most, Func<double, string> label)
    {
        // Ten to a power alone, or 1, 2, 5 where that would be too few to read a value by.
        double[] digits = most / least > 100 ? [1] : [1, 2, 5];
        double low = Math.Log10(least / 1.25), high = Math.Log10(most * 1.25);
        return new Axis(
            value => (Math.Log10(value) - low) / (high - low),
            [.. Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
                .SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power)))
                .Where(value => Math.Log10(value) >= low && Math.Log10(value) <= high)
                .Select(value => (value, label(value)))]);
    }

    /// <summary>Shares of requests, 0 to 1, drawn so that each further nine takes as much room: half, 90 %, 99 %, ...</summary>
    /// <param name="nines">At how many nines it ends.</param>
    public static Axis Nines(int nines) => new(
        share => share >= 1 ? 1 : -Math.Log10(1 - share) / nines,
        [
            (0.5, "50 %"),
            .. Enumerable.Range(1, nines)
                .Select(power => 1 - Math.Pow(10, -power))
                .Select(share => (share, $"{(share * 100).ToString("0.###", CultureInfo.InvariantCulture)} %")),
        ]);

    /// <summary>Powers of two, each as far from the next.</summary>
    /// <param name="values">The values, from the least to the largest.</param>
    public static Axis Doubling(IReadOnlyList<int> values) => new(
        value => Math.Log2(value / values[0]) / Math.Log2((double)values[^1] / values[0]),
        [.. values.Select(value => ((double)value, value.ToString(CultureInfo.InvariantCulture)))]);

    /// <summary>1, 2 or 5 times a power of ten, for three to six steps.</summary>
    private static double StepOf(double most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most, 1e-9))));
        return (most / power) switch
        {
            <= 1.2 => 0.2 * power,
            <= 3 => 0.5 * power,
            <= 6 => power,
            _ => 2 * power,
        };
    }
}
