using System.Globalization;

namespace DaxProxy.Bench.Load;

/// <summary>The median of some figures and the smallest and largest of them.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <inheritdoc/>
    public override string ToString() => Median < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({Min:0.00}–{Max:0.00})")
        : Median < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{Median:0.0} ({Min:0.0}–{Max:0.0})")
        : string.Create(CultureInfo.InvariantCulture, $"{Median:#,0} ({Min:#,0}–{Max:#,0})");
}
