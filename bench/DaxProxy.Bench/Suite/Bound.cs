using System.Globalization;

namespace DaxProxy.Bench.Suite;

/// <summary>What a figure is to be: at least or at most so much.</summary>
internal readonly record struct Bound(double Value, bool IsLeast, string Unit)
{
    /// <summary>At least so many times.</summary>
    public static Bound AtLeast(double times) => new(times, IsLeast: true, "×");

    /// <summary>At most so much.</summary>
    public static Bound AtMost(double value, string unit = "×") => new(value, IsLeast: false, unit);

    /// <summary>Whether a figure keeps to it.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="slack">By how many times it may fall short.</param>
    public bool Holds(double figure, double slack = 1) => IsLeast ? figure >= Value / slack : figure <= Value * slack;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsLeast ? "≥" : "≤")} {Value:0.##} {Unit}");
}
